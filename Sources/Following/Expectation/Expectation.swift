import Basics

/// Compares detected notes with the score: which of them the score has at that moment, and which notes of the score
/// were missed.
///
/// Its input is a follower's report for each hop, and the notes that a transcriber detects. A detection arrives later
/// than its onset, by the transcriber's lookahead, and carries the sample of the onset. Positions are therefore
/// remembered for some seconds. A detected note is expected if the score has its pitch near the position at that
/// sample, in one of two ways: as a note with an onset within the tolerance, which accounts for one detection only, or
/// as a note that is held, because transcribers often detect a sounding string again when another one is struck. A note
/// of the score is missed once the players have passed it by more than the tolerance and the transcriber has decided
/// about all audio up to there.
///
/// No note is missed while the follower is waiting, lost or holding, nor across a jump: an uncertain position proves no
/// mistake. Notes due before following began, or resumed, are never missed.
///
/// Pure: no clock, no I/O. One owner at a time. ``advance(_:)`` and ``observe(pitch:at:)`` allocate nothing once the
/// list of missed notes has reached its usual size. Their cost grows with the logarithm of the score's length.
public struct Expectation: Sendable {
    /// How far from its onset in the score a note may be detected.
    public struct Tolerance: Sendable, Equatable {
        /// Seconds at the players' tempo: the combined error of the follower's position and the transcriber's onset.
        public var seconds: Double
        /// Quarter notes, because timing is freer in slow music. The larger of the two limits applies.
        public var beats: Double

        public init(seconds: Double = 0.3, beats: Double = 0.25) {
            self.seconds = seconds
            self.beats = beats
        }
    }

    /// Sample rate in hertz, of every sample index here.
    static let sampleRate: Int64 = 44_100
    /// A report whose position differs from the predicted one by more than this many seconds at the players' tempo is a
    /// jump, even if the follower reports none.
    static let leastJump = 1.0
    /// Seconds beyond the lookahead after which the transcriber has decided about a note.
    static let decisionDelay = 0.12
    /// The most notes of one pitch that may be held at once, in different parts.
    static let mostHeld = 4

    public let tolerance: Tolerance
    /// Delay from an onset to the transcriber's report of it, in seconds.
    public var lookahead: Double
    /// The pitches that the transcriber can detect. Other notes of the score are never missed.
    public var pitches: ClosedRange<Int>
    /// The notes that the last ``advance(_:)`` found to be missed.
    public private(set) var missed: [MissedNote] = []

    private let notes: [DueNote]
    /// For each MIDI pitch, the indices of its notes in ascending order.
    private let notesByPitch: [[Int]]
    /// For each note, the round in which it was detected or missed. A round begins whenever following starts anew.
    private var settled: [UInt32]
    private var round: UInt32 = 1
    /// The first note that may still be missed; nil until following begins.
    private var pending: Int?
    private var history = PositionHistory()
    private var state = FollowingState.waiting

    /// - Parameters:
    ///   - notes: the expected notes in any order, for example ``FollowingScore/dueNotes``.
    ///   - lookahead: see ``lookahead``. It may change at any time, and so may `pitches`.
    public init(
        _ notes: [DueNote], lookahead: Double = 0, pitches: ClosedRange<Int> = 0...127,
        tolerance: Tolerance = Tolerance()
    ) {
        let sorted = notes.sorted { ($0.beat, $0.pitch) < ($1.beat, $1.pitch) }
        var notesByPitch = [[Int]](repeating: [], count: 128)
        for index in sorted.indices where notesByPitch.indices.contains(sorted[index].pitch) {
            notesByPitch[sorted[index].pitch].append(index)
        }
        self.notes = sorted
        self.notesByPitch = notesByPitch
        self.lookahead = lookahead
        self.pitches = pitches
        self.tolerance = tolerance
        settled = [UInt32](repeating: 0, count: notes.count)
        missed.reserveCapacity(64)
    }

    /// Takes the follower's report of the newest hop. Reports must be in ascending order of samples.
    public mutating func advance(_ report: FollowingReport) {
        missed.removeAll(keepingCapacity: true)
        guard report.beat.isFinite, report.tempo.isFinite else { return interrupt() }
        let pace = max(report.tempo, 0) / 60 / Double(Self.sampleRate)
        if report.jump != nil || hasJumped(report, pace) { interrupt() }
        state = report.state
        switch report.state {
        case .waiting, .lost: interrupt()
        case .holding, .ended:
            guard history.count > 0 else { return }
            history.append(.init(sample: report.sample, beat: report.beat, pace: 0))
            // Players who hold may still play the notes that are due. After the end, no more notes come.
            if report.state == .ended { findMissed(report) }
        case .following:
            history.append(.init(sample: report.sample, beat: report.beat, pace: pace))
            if pending == nil { pending = first(of: notes.indices, dueFrom: report.beat) }
            findMissed(report)
        }
    }

    /// Returns whether the score has this note at this sample, with its onset there or held. Nil if that is unknown:
    /// before following begins, while the players are lost, and beyond the end.
    ///
    /// - Parameters:
    ///   - pitch: MIDI note number.
    ///   - sample: the onset of the detected note, on the clock of ``FollowingReport/sample``.
    public mutating func observe(pitch: Int, at sample: Int64) -> Bool? {
        guard notesByPitch.indices.contains(pitch), let now = history.place(at: sample) else { return nil }
        // During a hold the pace is 0. Use the newest pace instead, at which the players resume.
        let reach = reach(atPace: now.pace > 0 ? now.pace : history.newest?.pace ?? 0)
        if let index = nearestUnsettled(pitch, to: now.beat, within: reach) {
            settled[index] = round
            return true
        }
        if isHeld(pitch, at: now.beat) { return true }
        return state == .ended ? nil : false
    }

    /// Forgets the players' position, because audio was lost or they were sent elsewhere. No note due until now is
    /// missed.
    public mutating func interrupt() {
        history.removeAll()
        pending = nil
        round = round == .max ? 1 : round + 1
    }
}

extension Expectation {
    private func hasJumped(_ report: FollowingReport, _ pace: Double) -> Bool {
        guard let last = history.newest else { return false }
        let expected = last.beat + Double(report.sample - last.sample) * last.pace
        let reach = Self.leastJump * Double(Self.sampleRate) * max(pace, last.pace)
        return abs(report.beat - expected) > max(reach, 0.5)
    }

    private func reach(atPace pace: Double) -> Double {
        max(tolerance.beats, tolerance.seconds * Double(Self.sampleRate) * pace)
    }

    /// Collects the notes whose tolerance ended before the audio about which the transcriber decides now.
    private mutating func findMissed(_ report: FollowingReport) {
        guard var index = pending else { return }
        let delay = Int64((lookahead + Self.decisionDelay) * Double(Self.sampleRate))
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

    /// The nearest note of that pitch that is due within `reach` of `beat` and neither detected nor missed.
    private func nearestUnsettled(_ pitch: Int, to beat: Double, within reach: Double) -> Int? {
        let candidates = notesByPitch[pitch]
        var best: (index: Int, distance: Double)?
        for index in candidates[first(of: candidates, dueFrom: beat - reach)...] {
            guard notes[index].beat <= beat + reach else { break }
            let distance = abs(notes[index].beat - beat)
            if settled[index] != round, distance < best?.distance ?? .infinity { best = (index, distance) }
        }
        return best?.index
    }

    /// Whether one of the last notes of that pitch lasts until `beat`.
    private func isHeld(_ pitch: Int, at beat: Double) -> Bool {
        let candidates = notesByPitch[pitch]
        let begun = candidates[..<first(of: candidates, dueFrom: beat.nextUp)]
        return begun.suffix(Self.mostHeld).contains { notes[$0].beat + notes[$0].length >= beat }
    }

    /// The position within `indices`, which are note indices in ascending order, of the first note due at `beat` or
    /// later.
    private func first<Indices: RandomAccessCollection>(
        of indices: Indices, dueFrom beat: Double
    ) -> Int where Indices.Element == Int, Indices.Index == Int {
        indices.partitionPoint { notes[$0].beat < beat }
    }
}
