import Basics

/// What the score expects, beside what is heard: which heard notes are in the score at that moment, and which notes of the
/// score were not heard.
///
/// Fed with a follower's reports, hop by hop, and with the notes that a transcriber hears. Those come later than their sound,
/// by the transcriber's lookahead, and carry its sample; so positions are remembered for some seconds. A note is expected
/// where the score has its pitch within the tolerance of the position at that sample: as a note that is due, of which every one
/// answers for one note heard, or as one that is held, since a transcriber often hears a sounding string again when another is
/// struck. A note of the score is missed when the players have passed it by more than the tolerance, and everything that
/// was played until then has been heard.
///
/// While the follower waits, has lost the players or holds, and over jumps, nothing is missed: a position that isn't sure
/// accuses nobody. Notes due before the place where following (re)began are never missed.
///
/// Pure: no clock, no I/O. One owner at a time. ``advance(_:)`` and ``observe(pitch:at:)`` allocate nothing once the list of
/// missed notes has grown to its usual size; their time doesn't depend on the length of the score, but for a logarithm.
public struct Expectation: Sendable {
    /// How far from its due moment a note may be heard.
    public struct Tolerance: Sendable, Equatable {
        /// Seconds at the players' tempo: what the follower's position and the transcriber's onset may be wrong together.
        public var seconds: Double
        /// Quarter notes: in slow music, timing is freer. The larger of both counts.
        public var beats: Double

        public init(seconds: Double = 0.3, beats: Double = 0.25) {
            self.seconds = seconds
            self.beats = beats
        }
    }

    /// Of every sample index here.
    static let sampleRate: Int64 = 44_100
    /// A step in the position above this many seconds at the players' tempo, from one report to the next, is a jump, said or not.
    static let step = 1.0
    /// Seconds of quiet following after which the transcriber has decided about a note, beyond its lookahead.
    static let margin = 0.12
    /// Notes of one pitch that may be held at once, in different parts.
    static let voices = 4

    public let tolerance: Tolerance
    /// How long after a sound the transcriber speaks of it, in seconds.
    public var lookahead: Double
    /// What the transcriber can hear; other notes of the score are never missed.
    public var pitches: ClosedRange<Int>
    /// What ``advance(_:)`` found, until the next one.
    public private(set) var missed: [MissedNote] = []

    private let notes: [DueNote]
    /// For each MIDI note the indices of its notes, in order.
    private let ofPitch: [[Int]]
    /// For each note the round in which it was heard or given up; rounds begin wherever following begins anew.
    private var settled: [UInt32]
    private var round: UInt32 = 1
    /// The first note that may still be missed; nil until following begins.
    private var pending: Int?
    private var history = PositionHistory()
    private var state = FollowingState.waiting

    /// - Parameters:
    ///   - notes: in any order; ``FollowingScore/dueNotes`` are a score's.
    ///   - lookahead: in seconds, as ``lookahead``, which may change at any time, as may `pitches`.
    public init(
        _ notes: [DueNote], lookahead: Double = 0, pitches: ClosedRange<Int> = 0...127,
        tolerance: Tolerance = Tolerance()
    ) {
        let sorted = notes.sorted { ($0.beat, $0.pitch) < ($1.beat, $1.pitch) }
        var ofPitch = [[Int]](repeating: [], count: 128)
        for index in sorted.indices where ofPitch.indices.contains(sorted[index].pitch) {
            ofPitch[sorted[index].pitch].append(index)
        }
        self.notes = sorted
        self.ofPitch = ofPitch
        self.lookahead = lookahead
        self.pitches = pitches
        self.tolerance = tolerance
        settled = [UInt32](repeating: 0, count: notes.count)
        missed.reserveCapacity(64)
    }

    /// Takes the follower's report of the newest hop; reports come in order of their samples.
    public mutating func advance(_ report: FollowingReport) {
        missed.removeAll(keepingCapacity: true)
        guard report.beat.isFinite, report.tempo.isFinite else { return interrupt() }
        let pace = max(report.tempo, 0) / 60 / Double(Self.sampleRate)
        if report.jump != nil || hasStepped(report, pace) { interrupt() }
        state = report.state
        switch report.state {
        case .waiting, .lost: interrupt()
        case .holding, .ended:
            guard history.count > 0 else { return }
            history.append(.init(sample: report.sample, beat: report.beat, pace: 0))
            // Who holds may still play what is due; after the end nothing comes.
            if report.state == .ended { findMissed(report) }
        case .following:
            history.append(.init(sample: report.sample, beat: report.beat, pace: pace))
            if pending == nil { pending = first(of: notes.indices, dueFrom: report.beat) }
            findMissed(report)
        }
    }

    /// Whether the score has this note now, due or held; nil where nobody knows: before following begins, while the players are lost, and
    /// beyond the end.
    ///
    /// - Parameters:
    ///   - pitch: MIDI note number.
    ///   - sample: when it began to sound, on the clock of ``FollowingReport/sample``.
    public mutating func observe(pitch: Int, at sample: Int64) -> Bool? {
        guard ofPitch.indices.contains(pitch), let now = history.place(at: sample) else { return nil }
        // Where the players held, their tempo is the one they go on with.
        let reach = reach(atPace: now.pace > 0 ? now.pace : history.newest?.pace ?? 0)
        if let index = nearestUnsettled(pitch, to: now.beat, within: reach) {
            settled[index] = round
            return true
        }
        if isHeld(pitch, at: now.beat) { return true }
        return state == .ended ? nil : false
    }

    /// Forgets where the players were: sound was lost, or they were sent elsewhere. Nothing that was due until now is missed.
    public mutating func interrupt() {
        history.removeAll()
        pending = nil
        round = round == .max ? 1 : round + 1
    }
}

extension Expectation {
    private func hasStepped(_ report: FollowingReport, _ pace: Double) -> Bool {
        guard let last = history.newest else { return false }
        let expected = last.beat + Double(report.sample - last.sample) * last.pace
        let reach = Self.step * Double(Self.sampleRate) * max(pace, last.pace)
        return abs(report.beat - expected) > max(reach, 0.5)
    }

    private func reach(atPace pace: Double) -> Double {
        max(tolerance.beats, tolerance.seconds * Double(Self.sampleRate) * pace)
    }

    /// A note can't be heard any more once its time was over when the sound began that the transcriber decides about now.
    private mutating func findMissed(_ report: FollowingReport) {
        guard var index = pending else { return }
        let delay = Int64((lookahead + Self.margin) * Double(Self.sampleRate))
        guard let place = history.place(at: report.sample - delay), place.sample >= history[0].sample else { return }
        let horizon = place.beat - reach(atPace: place.pace)
        while index < notes.count, notes[index].beat < horizon {
            if settled[index] != round, pitches.contains(notes[index].pitch) {
                settled[index] = round
                let sample = history.sample(ofBeat: notes[index].beat) ?? place.sample
                missed.append(MissedNote(note: notes[index], sample: sample))
            }
            index += 1
        }
        pending = index
    }

    /// The note of that pitch due nearest to `beat` that nobody has heard yet.
    private func nearestUnsettled(_ pitch: Int, to beat: Double, within reach: Double) -> Int? {
        let candidates = ofPitch[pitch]
        var best: (index: Int, distance: Double)?
        for index in candidates[first(of: candidates, dueFrom: beat - reach)...] {
            guard notes[index].beat <= beat + reach else { break }
            let distance = abs(notes[index].beat - beat)
            if settled[index] != round, distance < best?.distance ?? .infinity { best = (index, distance) }
        }
        return best?.index
    }

    /// Whether one of the last notes of that pitch that have begun lasts until `beat`.
    private func isHeld(_ pitch: Int, at beat: Double) -> Bool {
        let candidates = ofPitch[pitch]
        let begun = candidates[..<first(of: candidates, dueFrom: beat.nextUp)]
        return begun.suffix(Self.voices).contains { notes[$0].beat + notes[$0].length >= beat }
    }

    /// The position among `indices`, indices of notes in ascending order, of the first one due at `beat` or later.
    private func first<Indices: RandomAccessCollection>(
        of indices: Indices, dueFrom beat: Double
    ) -> Int where Indices.Element == Int, Indices.Index == Int {
        indices.partitionPoint { notes[$0].beat < beat }
    }
}
