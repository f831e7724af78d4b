import Capture
import Synchronization
import Wire

/// How the analysis is doing: what `status`, new clients and the watchdog read from other threads. Each part publishes a value of
/// its own, and none of them is copied member by member.
public struct AnalysisReading: Sendable {
    /// Epoch, sample, the state of the source, and the counts of what happened to the audio.
    var timeline: Timeline
    /// The open device.
    var capture = CaptureReading()
    var model: ModelDescription
    var transcription = NoteTranscription.Reading()
    var following = ScoreFollowing.Reading()
    /// Times the analysis thread went round its loop.
    var rounds: UInt64 = 0
    /// Seconds of processor time that the analysis thread used.
    var processorSeconds = 0.0

    /// What a ``Watchdog`` needs to know.
    var progress: Watchdog.Progress {
        Watchdog.Progress(
            rounds: rounds, hops: UInt64(timeline.counters.hops),
            isIdle: timeline.source.state != .running || timeline.hasEnded)
    }
}

/// A model, as clients see it.
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
}

/// The newest ``AnalysisReading``, written by the analysis thread after each round and read by any thread.
///
/// The lock is held for a copy, so a reader delays the analysis by microseconds at most.
public final class AnalysisReadingBox: Sendable {
    private let reading: Mutex<AnalysisReading>

    init(_ initial: AnalysisReading) { reading = Mutex(initial) }

    public var value: AnalysisReading { reading.withLock { $0 } }

    func store(_ value: AnalysisReading) { reading.withLock { $0 = value } }
}
