import Music

/// Reads a MIDI file as a score. Positions are ticks divided by the ticks per quarter note, from the start of the file.
struct MIDIScoreReader {
    private typealias Source = MIDIHeldNotes.Source

    private struct Part {
        var source: Source
        var program: Int
        var hasProgram: Bool
        var name: String?
        /// Whether its program was guessed from its name.
        var isProgramFromName = false
    }

    private struct Draft {
        var pitch: Int
        var onset: Double
        var end: Double?
        var part: Int
        var program: Int
        var hasProgram: Bool
        var velocity: Int
    }

    /// The minimum duration of a note in beats, for notes released as they are struck.
    static let minimumDuration = 1.0 / 32

    private let file: MIDIFile
    private let ticksPerBeat: Double
    private var warnings = Warnings()
    private var parts: [Part] = []
    private var partIndices: [Source: Int] = [:]
    private var drafts: [Draft] = []
    private var held = MIDIHeldNotes()
    // A file may set all programs in its first track, or several tracks may share a channel but have programs of their
    // own.
    private var ownProgram: [Source: Int] = [:]
    private var channelProgram = [Int?](repeating: nil, count: 16)
    private var tempi: [(beat: Double, secondsPerBeat: Double)] = []
    private var meters: [MeterGrid.Change] = []
    private var markers: [(beat: Double, text: String)] = []

    init(_ file: MIDIFile) {
        self.file = file
        for warning in file.warnings { warnings.add(warning) }
        switch file.division {
        case .ticksPerQuarter(let ticks): ticksPerBeat = Double(max(1, ticks))
        case .ticksPerSecond(let rate):
            ticksPerBeat = max(1, rate * TempoMap.standard)
            warnings.add("its times are in seconds: a beat is assumed to be half a second")
        }
    }

    mutating func read() -> Sheet {
        collectEvents()
        arrangeParts()
        let last = drafts.map { max($0.onset + Self.minimumDuration, $0.end ?? 0) }.max() ?? 0
        let grid = MeterGrid(meters, end: last)
        if grid.isTruncated {
            warnings.add("it has more than \(MeterGrid.limit) measures: the rest was merged into one")
        }
        release(grid)
        var measures = grid.measures
        for marker in markers {
            let measure = grid.measure(atBeat: marker.beat + 1e-6)
            if measures[measure].label == nil, !marker.text.isEmpty { measures[measure].label = marker.text }
        }
        let notes = drafts.map { draft in
            let measure = grid.measure(atBeat: draft.onset + 1e-9)
            return SheetNote(
                measure: measure, offset: max(0, draft.onset - grid.starts[measure]),
                duration: max(Self.minimumDuration, (draft.end ?? draft.onset) - draft.onset), pitch: draft.pitch,
                part: draft.part, program: draft.program, velocity: draft.velocity)
        }
        let marks = tempi.map { tempo in
            let measure = grid.measure(atBeat: tempo.beat + 1e-9)
            return SheetTempo(
                measure: measure, offset: max(0, tempo.beat - grid.starts[measure]),
                secondsPerBeat: tempo.secondsPerBeat)
        }
        return Sheet(
            title: title(), parts: named(), measures: measures, notes: notes, tempi: marks,
            warnings: warnings.sentences)
    }

    // MARK: Events

    private mutating func collectEvents() {
        var merged: [(tick: Int, track: Int, index: Int)] = []
        merged.reserveCapacity(file.tracks.reduce(0) { $0 + $1.count })
        var shift = 0
        for (track, events) in file.tracks.enumerated() {
            for (index, event) in events.enumerated() { merged.append((event.tick + shift, track, index)) }
            // Independent tracks follow one another, each starting on a multiple of four beats.
            if file.areTracksSeparate, let end = events.last?.tick {
                let beats = ((Double(shift + end) / ticksPerBeat) / 4).rounded(.up) * 4
                shift = Int(beats * ticksPerBeat)
            }
        }
        if file.areTracksSeparate, file.tracks.count > 1 {
            warnings.add(
                "its \(file.tracks.count) tracks are independent (type 2): they are played one after the other")
        }
        merged.sort { $0 < $1 }
        for (tick, track, index) in merged {
            take(file.tracks[track][index].message, track: track, beat: Double(tick) / ticksPerBeat)
        }
    }

    private mutating func take(_ message: MIDIEvent.Message, track: Int, beat: Double) {
        switch message {
        case .tempo(let microseconds):
            if case .ticksPerQuarter = file.division { tempi.append((beat, Double(microseconds) * 1e-6)) }
        case .timeSignature(let numerator, let denominator):
            meters.append(.init(beat: beat, signature: .init(numerator, denominator)))
        case .text(kind: 6, let text): markers.append((beat, text.trimmingSpace()))
        case .program(let channel, let number):
            ownProgram[Source(track: track, channel: channel)] = number
            channelProgram[channel] = number
        case .noteOn(let channel, let key, let velocity):
            let source = Source(track: track, channel: channel)
            let program = ownProgram[source] ?? channelProgram[channel]
            let part = partIndices[source] ?? parts.count
            if part == parts.count {
                partIndices[source] = part
                parts.append(Part(source: source, program: program ?? 0, hasProgram: program != nil))
            }
            held.strike(key, from: source, note: drafts.count)
            drafts.append(
                Draft(
                    pitch: key, onset: beat, end: nil, part: part, program: program ?? 0, hasProgram: program != nil,
                    velocity: velocity))
        case .noteOff(let channel, let key, _):
            // Programs release notes twice, or all notes at the end: nothing is lost.
            guard let note = held.release(key, from: Source(track: track, channel: channel)) else { return }
            drafts[note].end = beat
        case .controller(let channel, let number, _) where MIDIEvent.silencing.contains(number):
            for note in held.releaseAll(from: Source(track: track, channel: channel)) { drafts[note].end = beat }
        default: break
        }
    }

    /// Ends a note that is never released at the end of its measure, or where the same key is struck again.
    private mutating func release(_ grid: MeterGrid) {
        let unreleased = held.unreleased
        for held in unreleased {
            let onset = drafts[held.note].onset
            let again = held.next.map { drafts[$0].onset } ?? .infinity
            drafts[held.note].end = min(grid.starts[grid.measure(atBeat: onset + 1e-9) + 1], max(again, onset))
        }
        if !unreleased.isEmpty {
            warnings.add("\(unreleased.count) notes without a note-off end with their measure")
        }
    }

    // MARK: Names

    /// The name of the first track if it has no notes and others follow: programs store the title there.
    private func title() -> String? {
        guard file.tracks.count > 1, !parts.contains(where: { $0.source.track == 0 }) else { return nil }
        return text(3, ofTrack: 0)
    }

    /// Orders the parts by track and channel. A part without a program gets one according to its name.
    private mutating func arrangeParts() {
        var channels: [Int: Int] = [:]
        for part in parts { channels[part.source.track, default: 0] += 1 }
        for index in parts.indices {
            let source = parts[index].source
            guard let name = text(3, ofTrack: source.track) ?? text(4, ofTrack: source.track) else { continue }
            let isAlone = channels[source.track] == 1
            parts[index].name = isAlone ? name : "\(name), channel \(source.channel + 1)"
            guard !parts[index].hasProgram, isAlone, source.channel != 9,
                let program = InstrumentNames.program(of: name)
            else { continue }
            parts[index].program = program
            parts[index].isProgramFromName = true
        }
        let order = parts.indices.sorted {
            (parts[$0].source.track, parts[$0].source.channel) < (parts[$1].source.track, parts[$1].source.channel)
        }
        var places = [Int](repeating: 0, count: parts.count)
        for (place, index) in order.enumerated() { places[index] = place }
        parts = order.map { parts[$0] }
        for index in drafts.indices {
            drafts[index].part = places[drafts[index].part]
            let part = parts[drafts[index].part]
            if part.isProgramFromName, !drafts[index].hasProgram { drafts[index].program = part.program }
        }
    }

    private func named() -> [Score.Part] {
        parts.enumerated().map { index, part in
            Score.Part(
                name: part.name ?? "Part \(index + 1)", program: part.program, isPercussion: part.source.channel == 9)
        }
    }

    private func text(_ kind: Int, ofTrack track: Int) -> String? {
        for event in file.tracks[track] {
            if case .text(let found, let text) = event.message, found == kind {
                let text = text.trimmingSpace()
                if !text.isEmpty { return text }
            }
        }
        return nil
    }
}
