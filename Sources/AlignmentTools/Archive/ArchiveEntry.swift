import Alignment
import Datasets

/// A score and a recording of it.
public struct ArchivePair: Sendable, Hashable {
    /// Name of the results relative to the output folder. May contain slashes; unique within a listing.
    public var name: String
    /// Path of the score.
    public var score: String
    /// Path of the recording.
    public var audio: String

    public init(name: String, score: String, audio: String) {
        self.name = name
        self.score = score
        self.audio = audio
    }
}

/// The outcome for one pair: a line of the manifest and a row of the report.
public struct ArchiveEntry: Codable, Sendable, Equatable {
    public enum Outcome: String, Codable, Sendable, CaseIterable {
        case accepted
        case doubtful
        /// The recording is not a performance of the score. Labels are only written on request.
        case rejected
        /// An input cannot be read or an output cannot be written.
        case failed
    }

    /// The summary of a suspicion.
    public struct Region: Codable, Sendable, Equatable {
        public var kind: ScoreAlignment.Suspicion.Kind
        /// Seconds.
        public var start: Double
        /// Seconds.
        public var end: Double
        public var explanation: String
    }

    /// Identifies the inputs, so that changes are detected.
    public struct Inputs: Codable, Sendable, Equatable {
        public var score: FileStamp
        public var audio: FileStamp
        /// Hash of everything else that the results depend on.
        public var parameters: String
    }

    public var name: String
    public var score: String
    public var audio: String
    public var outcome: Outcome
    /// The expected fraction of correct notes, 0...1; 0 if the alignment failed.
    public var confidence: Double
    /// Duration of the recording.
    public var seconds: Double
    /// The verdict's reason, or the error message.
    public var reason: String
    public var suspicions: [Region]
    /// Paths of the files written, relative to the output folder.
    public var outputs: [String]
    /// Processing time in seconds.
    public var elapsed: Double
    /// Nil if the files cannot be read.
    public var inputs: Inputs?
}
