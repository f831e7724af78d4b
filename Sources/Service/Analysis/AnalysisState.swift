import Capture
import Synchronization
import Transcription
import Wire

/// Where the analysis is: what `status`, `hello` and the watchdog read from other threads.
public struct AnalysisState: Sendable {
    public var epoch: Int
    /// Samples taken since the epoch began.
    public var sample: Int64 = 0
    public var source: Wire.SourceState
    /// Nothing more is to come from the source by itself: a file was played to its end.
    public var hasEnded = false
    public var model: ModelDescription
    public var level = HopLevel()
    /// Times the analysis thread went round its loop.
    public var rounds: UInt64 = 0
    public var hops: Int64 = 0
    public var skippedHops: Int64 = 0
    /// Hops below the level at which a note may begin.
    public var silentHops: Int64 = 0
    public var discontinuities: Int64 = 0
    public var lostFrames: Int64 = 0
    public var notes: Int64 = 0
    /// Nil while no score is loaded, as is `follow`.
    public var score: ScoreDescription?
    /// Where the follower was when it last told.
    public var follow: FollowReading?
    /// Scores loaded.
    public var scores: Int64 = 0
    public var jumps: Int64 = 0
    /// Notes heard that the score had, and hadn't; and notes it had that were not heard.
    public var expectedNotes: Int64 = 0
    public var unexpectedNotes: Int64 = 0
    public var missedNotes: Int64 = 0
    /// Seconds that following takes of a hop, lately.
    public var followSeconds = 0.0
    /// Of the present source.
    public var capture = CaptureCounters()
    /// Of all sources before it.
    public var overrunsBefore: Int64 = 0
    public var reconnectsBefore: Int64 = 0
    /// Seconds of processor time the analysis thread used.
    public var processorSeconds = 0.0

    /// What a ``Watchdog`` needs to know.
    public var progress: Watchdog.Progress {
        Watchdog.Progress(rounds: rounds, hops: UInt64(hops), isIdle: source.state != .running || hasEnded)
    }
}

/// Where the follower is, as of the last position it told.
public struct FollowReading: Sendable, Equatable {
    public var state: FollowState.State
    /// Whether a client has asked to hold the position.
    public var isPaused: Bool
    public var position: Position
}

/// A model as clients are told of it.
public struct ModelDescription: Sendable, Equatable {
    public var name: String
    /// Empty for a model that came with no file.
    public var path: String
    public var lookaheadMilliseconds: Double
    /// Samples, as is `hop`.
    public var window: Int
    public var hop: Int
    public var sampleRate: Int
    public var parameters: Int

    public init(
        name: String, path: String, lookaheadMilliseconds: Double, window: Int, hop: Int, sampleRate: Int,
        parameters: Int
    ) {
        self.name = name
        self.path = path
        self.lookaheadMilliseconds = lookaheadMilliseconds
        self.window = window
        self.hop = hop
        self.sampleRate = sampleRate
        self.parameters = parameters
    }
}

/// The newest ``AnalysisState``, written by the analysis thread after each round and read by anyone.
///
/// The lock is held for a copy, so a reader delays the analysis by microseconds at most.
public final class AnalysisStateBox: Sendable {
    private let state: Mutex<AnalysisState>

    public init(_ initial: AnalysisState) {
        state = Mutex(initial)
    }

    public var value: AnalysisState { state.withLock { $0 } }

    func store(_ value: AnalysisState) {
        state.withLock { $0 = value }
    }
}
