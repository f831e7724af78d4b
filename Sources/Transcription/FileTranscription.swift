import Networks
import Sound

/// Transcribes an audio file of any rate, length and number of channels in constant memory.
///
/// Decoding and resampling run on a thread of their own, the network on two, the rest on the caller's.
public struct FileTranscription: ~Copyable {
    /// What was heard.
    public struct Summary: Sendable, Equatable {
        /// Samples at the model's rate.
        public var sampleCount: Int64
        /// Samples of the file that were not finite or absurdly large, and were taken for 0.
        public var unusableCount: Int
        /// The ends of the notes that still sounded at the end of the file.
        public var ends: [NoteEvent]
    }

    /// Length in seconds as the file's header has it; nil where that isn't known.
    public let expectedSeconds: Double?

    private let prefetcher: AudioPrefetcher
    private var recording: RecordingTranscriber
    private let sampleRate: Double

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: of the audio file.
    ///   - model: what to run.
    ///   - thresholds: the model's own if nil.
    /// - Throws: `SoundError` for a file that cannot be read, `ModelError` for a model that cannot be run.
    public init(path: String, model: Model, thresholds: NoteThresholds? = nil) throws {
        let rate = Double(model.info.sampleRate)
        let reader = try AudioFileReader(path: path, rate: rate)
        let recording = try RecordingTranscriber(model: model, thresholds: thresholds)
        sampleRate = rate
        expectedSeconds = reader.expectedCount.map { Double($0) / rate }
        prefetcher = AudioPrefetcher(reader)
        self.recording = recording
    }

    deinit { prefetcher.cancel() }

    /// Transcribes the file from its beginning to its end.
    ///
    /// - Parameters:
    ///   - progress: told the seconds of audio done, about once in each 1.5 of them.
    ///   - row: takes each row, see ``RecordingTranscriber/RowBody``.
    /// - Throws: `SoundError` where the file turns out to be damaged, and whatever `row` throws.
    public consuming func run(
        progress: (Double) -> Void = { _ in }, row: RecordingTranscriber.RowBody
    ) throws -> Summary {
        while true {
            let block = try prefetcher.next()
            if block.isEmpty { break }
            try recording.process(block.span, row)
            progress(Double(recording.sampleCount) / sampleRate)
        }
        let ends = try recording.finish(row)
        return Summary(
            sampleCount: recording.sampleCount, unusableCount: prefetcher.unusableCount, ends: ends)
    }
}
