import Scores

/// The result of an alignment: when each note of a score was played in a recording.
///
/// Times are in seconds from the start of the recording. Positions are in beats of ``Scores/Score`` (quarter notes in
/// order of play). Passages that were played twice appear twice, in the order of the recording; passages that were left
/// out do not appear.
public struct ScoreAlignment: Sendable, Equatable {
    /// The stretches of the score that were played, in the order of the recording. Never empty. There is more than one
    /// if the players took a repeat that is not in the score's order of play, or left one out.
    public var stretches: [Stretch]
    /// The notes that were played, sorted by start, then pitch.
    public var notes: [PlayedNote]
    /// The measures that were played, in the order of the recording.
    public var measures: [PlayedMeasure]
    /// Regions that look wrong, in order of time.
    public var suspicions: [Suspicion]
    /// Whether the alignment as a whole is reliable.
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
    /// A pair of corresponding positions in score and recording.
    public struct Anchor: Sendable, Hashable {
        public var beat: Double
        /// Seconds.
        public var time: Double

        public init(beat: Double, time: Double) {
            self.beat = beat
            self.time = time
        }
    }

    /// A passage of the score that was played without a jump.
    public struct Stretch: Sendable, Equatable {
        /// At least two. Beats strictly increase; times never decrease.
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

        /// The time of a beat, by linear interpolation between anchors. Beyond the ends, the slope of the nearest
        /// segment is extrapolated. O(log n).
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
        /// Seconds; at least `start`.
        public var end: Double
        /// The probability that the note is correctly placed, 0...1.
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
        /// The probability that this music is correctly placed, 0...1.
        public var confidence: Double

        public init(passage: Int, stretch: Int, start: Double, end: Double, confidence: Double = 1) {
            self.passage = passage
            self.stretch = stretch
            self.start = start
            self.end = end
            self.confidence = confidence
        }
    }

    /// A region in which score and recording seem to disagree.
    public struct Suspicion: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable, Codable {
            /// Music of the score that the recording leaves out.
            case skipped
            /// Music that the recording plays more often than the score.
            case repeated
            /// The recording passes through the score much faster than in the surrounding music: measures may be
            /// missing from the recording.
            case compressed
            /// The recording passes through the score much more slowly than in the surrounding music: it may contain
            /// music that the score lacks.
            case stretched
            /// The audio does not match the written notes.
            case mismatch
            /// Audio before, between or after the music: applause, speech, tuning.
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
            /// The labels are usable.
            case accepted
            /// Most labels are usable: exclude those in suspicious regions.
            case doubtful
            /// The recording is not a performance of the score.
            case rejected
        }

        public var grade: Grade
        /// The expected fraction of correct notes, 0...1.
        public var confidence: Double
        /// One sentence that justifies the grade.
        public var reason: String

        public init(grade: Grade = .accepted, confidence: Double = 1, reason: String = "") {
            self.grade = grade
            self.confidence = confidence
            self.reason = reason
        }
    }
}
