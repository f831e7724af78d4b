import Alignment
import Datasets

/// A score and a recording of it.
public struct ArchivePair: Sendable, Hashable {
    /// What results are called, below the folder they go to: may hold slashes, and is unlike that of any other pair.
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

/// What became of a pair: a line of the manifest, a row of the report.
public struct ArchiveEntry: Codable, Sendable, Equatable {
    public enum Outcome: String, Codable, Sendable, CaseIterable {
        case accepted
        case doubtful
        /// The score isn't this music; no labels unless they were asked for.
        case rejected
        /// One of the files can't be used, or a result not be written.
        case failed
    }

    /// A suspicion in few words.
    public struct Region: Codable, Sendable, Equatable {
        public var kind: ScoreAlignment.Suspicion.Kind
        /// Seconds.
        public var start: Double
        /// Seconds.
        public var end: Double
        public var explanation: String
    }

    /// By which a pair is known not to have changed.
    public struct Inputs: Codable, Sendable, Equatable {
        public var score: FileStamp
        public var audio: FileStamp
        /// Of everything else that the results depend on.
        public var parameters: String
    }

    public var name: String
    public var score: String
    public var audio: String
    public var outcome: Outcome
    /// The share of notes that can be trusted, 0...1; 0 where there is none.
    public var confidence: Double
    /// Length of the recording.
    public var seconds: Double
    /// The verdict's reason, or what went wrong.
    public var reason: String
    public var suspicions: [Region]
    /// Files written, below the folder of results.
    public var outputs: [String]
    /// Seconds of work.
    public var elapsed: Double
    /// Nil where the files can't be read.
    public var inputs: Inputs?
}
