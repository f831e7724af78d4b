import Scores

/// What an aligner found: when each note of a score was played in a recording.
///
/// Times are seconds from the beginning of the recording, positions beats of ``Scores/Score`` (quarter notes along the order of
/// play). Whatever was played twice occurs twice, in the order of the recording; what was left out doesn't occur.
public struct ScoreAlignment: Sendable, Equatable {
    /// The stretches of the score that were played, in the order of the recording. More than one where the players
    /// took a repeat that the score's order of play doesn't have, or left one out. Never empty.
    public var stretches: [Stretch]
    /// The notes that were played, in order of start, then pitch.
    public var notes: [PlayedNote]
    /// The measures that were played, in the order of the recording.
    public var measures: [PlayedMeasure]
    /// Where something looks wrong, in order of time.
    public var suspicions: [Suspicion]
    /// Whether the whole can be trusted.
    public var verdict: Verdict
    /// Length of the recording in seconds.
    public var duration: Double

    public init(
        stretches: [Stretch], notes: [PlayedNote], measures: [PlayedMeasure] = [], suspicions: [Suspicion] = [],
        verdict: Verdict = Verdict(), duration: Double
    ) {
        self.stretches = stretches
        self.notes = notes
        self.measures = measures
        self.suspicions = suspicions
        self.verdict = verdict
        self.duration = duration
    }
}

extension ScoreAlignment {
    /// A point where score and recording meet.
    public struct Anchor: Sendable, Hashable {
        public var beat: Double
        /// Seconds.
        public var time: Double

        public init(beat: Double, time: Double) {
            self.beat = beat
            self.time = time
        }
    }

    /// A passage of the score played through without a jump.
    public struct Stretch: Sendable, Equatable {
        /// At least two; beats ascend strictly, times don't descend.
        public var anchors: [Anchor]

        public init(anchors: [Anchor]) {
            self.anchors = anchors
        }

        public var beats: ClosedRange<Double> {
            let first = anchors.first?.beat ?? 0
            return first...max(first, anchors.last?.beat ?? 0)
        }

        public var times: ClosedRange<Double> {
            let first = anchors.first?.time ?? 0
            return first...max(first, anchors.last?.time ?? 0)
        }

        /// The time of a beat, by interpolation; beyond the ends the nearest two anchors' tempo holds. Logarithmic.
        public func time(atBeat beat: Double) -> Double {
            guard anchors.count >= 2 else { return anchors.first?.time ?? 0 }
            var low = 0
            var high = anchors.count - 1
            while high - low > 1 {
                let middle = (low + high) / 2
                if anchors[middle].beat <= beat { low = middle } else { high = middle }
            }
            let (left, right) = (anchors[low], anchors[high])
            guard right.beat > left.beat else { return left.time }
            return left.time + (beat - left.beat) * (right.time - left.time) / (right.beat - left.beat)
        }
    }

    /// A note of the score in the recording.
    public struct PlayedNote: Sendable, Hashable {
        /// Index in `Score.notes`.
        public var note: Int
        /// Index in `stretches`.
        public var stretch: Int
        /// Seconds.
        public var start: Double
        /// Seconds; never before `start`.
        public var end: Double
        /// How sure it is that the note sounds there, 0...1.
        public var confidence: Double

        public init(note: Int, stretch: Int, start: Double, end: Double, confidence: Double = 1) {
            self.note = note
            self.stretch = stretch
            self.start = start
            self.end = end
            self.confidence = confidence
        }
    }

    /// A measure of the score in the recording.
    public struct PlayedMeasure: Sendable, Hashable {
        /// Index in `Score.passages`.
        public var passage: Int
        /// Index in `stretches`.
        public var stretch: Int
        /// Seconds.
        public var start: Double
        /// Seconds.
        public var end: Double
        /// How sure it is that this music sounds there, 0...1.
        public var confidence: Double

        public init(passage: Int, stretch: Int, start: Double, end: Double, confidence: Double = 1) {
            self.passage = passage
            self.stretch = stretch
            self.start = start
            self.end = end
            self.confidence = confidence
        }
    }

    /// A place where score and recording seem to disagree.
    public struct Suspicion: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable, Codable {
            /// Music of the score that the recording leaves out.
            case skipped
            /// Music that the recording plays once more than the score.
            case repeated
            /// The recording goes through the score much faster than around: bars may be missing there.
            case compressed
            /// The recording goes through the score much slower than around: it may hold more than the score.
            case stretched
            /// What sounds isn't what is written.
            case mismatch
            /// Sound before, between or after the music: applause, speech, tuning.
            case foreign
        }

        public var kind: Kind
        /// Beats of the score.
        public var beats: ClosedRange<Double>
        /// Seconds of the recording.
        public var times: ClosedRange<Double>
        /// One sentence with measure numbers and times.
        public var explanation: String

        public init(kind: Kind, beats: ClosedRange<Double>, times: ClosedRange<Double>, explanation: String) {
            self.kind = kind
            self.beats = beats
            self.times = times
            self.explanation = explanation
        }
    }

    /// Whether labels from an alignment are good enough to train on.
    public struct Verdict: Sendable, Equatable {
        public enum Grade: String, Sendable, CaseIterable, Codable {
            /// Use it.
            case accepted
            /// Most of it fits: use what is not under suspicion.
            case doubtful
            /// The score isn't this music.
            case rejected
        }

        public var grade: Grade
        /// The share of notes that can be trusted, 0...1.
        public var confidence: Double
        /// One sentence.
        public var reason: String

        public init(grade: Grade = .accepted, confidence: Double = 1, reason: String = "") {
            self.grade = grade
            self.confidence = confidence
            self.reason = reason
        }
    }
}
