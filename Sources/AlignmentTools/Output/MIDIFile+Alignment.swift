import Alignment
import Music
import Scores

extension MIDIFile {
    /// The recorded performance of a score, with its measures preserved and a tempo map that follows the players.
    ///
    /// The first track holds tempo, time signatures and rehearsal marks. Each part that plays has a track of its own
    /// with its name and program. Notes are placed within 1 ms of the alignment, and exactly on their beat if that is
    /// within 0.5 ms. Measures of rest fill the time before and between the stretches. If there are more than 15 parts,
    /// parts share MIDI's 15 melodic channels.
    public init(_ alignment: ScoreAlignment, of score: Score) {
        self.init(division: .ticksPerQuarter(AlignedTimeline.resolution))
        let timeline = AlignedTimeline(alignment.stretches)
        let notes = alignment.soundingNotes(of: score)
        tracks = [Self.conductor(alignment, score, timeline)] + Self.parts(notes, score, timeline)
    }

    // MARK: Parts

    private static func parts(_ notes: [SoundingNote], _ score: Score, _ timeline: AlignedTimeline) -> [[MIDIEvent]] {
        let playing = Set(notes.map(\.note.part)).sorted()
        let channels = Self.channels(playing, score)
        var tracks: [Int: [MIDIEvent]] = [:]
        var programs = [Int?](repeating: nil, count: 16)
        for part in playing {
            tracks[part] = [MIDIEvent(tick: 0, message: .text(kind: 3, score.parts[part].name))]
        }
        for sounding in notes {
            let note = sounding.note
            let channel = channels[note.part] ?? 0
            let start = Self.tick(sounding.start, near: note.onset, sounding.stretch, timeline)
            let end = max(start + 1, Self.tick(sounding.end, near: note.end, sounding.stretch, timeline))
            var events: [MIDIEvent] = []
            let program = min(max(note.program, 0), 127)
            if programs[channel] != program {
                let tick = programs[channel] == nil ? 0 : start
                events.append(MIDIEvent(tick: tick, message: .program(channel: channel, number: program)))
                programs[channel] = program
            }
            let velocity = min(max(note.velocity, 1), 127)
            events.append(
                MIDIEvent(tick: start, message: .noteOn(channel: channel, key: note.pitch, velocity: velocity)))
            events.append(MIDIEvent(tick: end, message: .noteOff(channel: channel, key: note.pitch, velocity: 64)))
            tracks[note.part]?.append(contentsOf: events)
        }
        return playing.compactMap { tracks[$0].map(inOrder) }
    }

    /// The tick of the written beat if it is within 0.5 ms of the time, else the tick nearest to the time.
    private static func tick(
        _ seconds: Double, near beat: Double, _ stretch: Int, _ timeline: AlignedTimeline
    ) -> Int {
        let written = timeline.tick(ofBeat: beat, stretch: stretch)
        return abs(timeline.seconds(atTick: written) - seconds) <= 0.0005 ? written : timeline.tick(atSeconds: seconds)
    }

    /// One channel per part if there are enough, else one per program. Skips the percussion channel.
    private static func channels(_ parts: [Int], _ score: Score) -> [Int: Int] {
        let melodic = (0..<16).filter { $0 != 9 }
        var channels: [Int: Int] = [:]
        if parts.count <= melodic.count {
            for (part, channel) in zip(parts, melodic) { channels[part] = channel }
            return channels
        }
        var byProgram: [Int: Int] = [:]
        for part in parts {
            let program = score.parts[part].program
            let channel = byProgram[program] ?? melodic[byProgram.count % melodic.count]
            byProgram[program] = channel
            channels[part] = channel
        }
        return channels
    }

    // MARK: Tempo and measures

    private static func conductor(
        _ alignment: ScoreAlignment, _ score: Score, _ timeline: AlignedTimeline
    ) -> [MIDIEvent] {
        var events = [MIDIEvent(tick: 0, message: .text(kind: 3, score.title ?? "Tempo"))]
        for segment in timeline.segments {
            events.append(
                MIDIEvent(tick: segment.tick, message: .tempo(microsecondsPerQuarter: segment.microseconds)))
        }
        for rest in timeline.rests {
            let signature = Score.TimeSignature(rest.beats <= 12 ? rest.beats : 4, 4)
            events.append(Self.event(signature, rest.tick))
        }
        for (index, stretch) in alignment.stretches.enumerated() {
            let isLast = index == alignment.stretches.count - 1
            // Each stretch restates the time signature, because measures of rest may precede it.
            var current: Score.TimeSignature?
            for passage in score.passages where score.measures.indices.contains(passage.measure) {
                let from = max(passage.start, stretch.beats.lowerBound)
                let to = isLast ? passage.end : min(passage.end, stretch.beats.upperBound)
                guard to > from, from <= stretch.beats.upperBound else { continue }
                let measure = score.measures[passage.measure]
                let tick = timeline.tick(ofBeat: from, stretch: index)
                let whole = abs(to - from - measure.timeSignature.length) < 1e-6 ? measure.timeSignature : nil
                if let signature = whole ?? Self.signature(beats: to - from), signature != current {
                    events.append(Self.event(signature, tick))
                    current = signature
                }
                if let label = measure.label { events.append(MIDIEvent(tick: tick, message: .text(kind: 6, label))) }
                if index > 0, from == stretch.beats.lowerBound {
                    events.append(MIDIEvent(tick: tick, message: .text(kind: 6, "to measure \(measure.number)")))
                }
            }
        }
        return inOrder(events)
    }

    /// Sorted by tick; events of the same tick keep their order.
    private static func inOrder(_ events: [MIDIEvent]) -> [MIDIEvent] {
        events.indices.sorted { (events[$0].tick, $0) < (events[$1].tick, $1) }.map { events[$0] }
    }

    private static func event(_ signature: Score.TimeSignature, _ tick: Int) -> MIDIEvent {
        MIDIEvent(
            tick: tick,
            message: .timeSignature(numerator: signature.numerator, denominator: signature.denominator))
    }

    /// The time signature of an incomplete measure of the given length; nil if none fits.
    private static func signature(beats: Double) -> Score.TimeSignature? {
        for denominator in [4, 8, 16, 32, 64] {
            let count = beats * Double(denominator) / 4
            if count >= 1, count <= 255, abs(count - count.rounded()) < 1e-6 {
                return Score.TimeSignature(Int(count.rounded()), denominator)
            }
        }
        return nil
    }
}
