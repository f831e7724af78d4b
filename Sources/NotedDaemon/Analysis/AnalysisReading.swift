import Capture
import Synchronization
import Wire

/// The state of the analysis for `status`, new clients and the watchdog, which read it on other threads. Each part
/// publishes one value, and none is copied member by member.
public struct AnalysisReading: Sendable {
    /// Epoch, sample, the state of the source, and counts of what happened to the audio.
    var timeline: Timeline
    /// The state of the open device.
    var capture = CaptureReading()
    var model: ModelDescription
    var transcription = NoteTranscription.Reading()
    var following = ScoreFollowing.Reading()
    var tuning = LiveTuning.Reading()
    /// Hops of a live source whose results were ready more than a hop's length after their last sample had arrived.
    var lateHops: Int64 = 0
    /// Rounds of the analysis thread's loop.
    var rounds: UInt64 = 0
    /// Seconds of processor time that the analysis thread has used.
    var processorSeconds = 0.0
}

/// A model as clients see it.
public struct ModelDescription: Sendable, Equatable {
    public var name: String
    /// Empty for a model that wasn't read from a file.
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
