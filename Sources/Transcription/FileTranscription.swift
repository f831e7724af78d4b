import Networks
import Sound

/// Transcribes an audio file of any sample rate, length and channel count in constant memory.
///
/// Decoding and resampling run on one thread and the network on two; everything else runs on the caller's thread.
public struct FileTranscription: ~Copyable {
    /// Totals of a run.
    public struct Summary: Sendable, Equatable {
        /// Samples processed, at the model's sample rate.
        public var sampleCount: Int64
        /// Samples of the file that were not finite or implausibly large, and were replaced by 0.
        public var unusableCount: Int
        /// The note-offs of the notes still sounding at the end of the file.
        public var ends: [NoteEvent]
        /// The tuning in force at the end: the frequency of A4 in hertz.
        public var a4: Double
        /// That the file is damaged, if it is: everything else was processed.
        public var damage: SoundError?
    }

    /// Length in seconds according to the file's header; nil if the header does not state it.
    public let expectedSeconds: Double?

    private let prefetcher: AudioPrefetcher
    private var recording: RecordingTranscriber
    private let sampleRate: Double

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the audio file.
    ///   - model: the model to run.
    ///   - thresholds: nil for the model's own.
    ///   - tuning: see ``RecordingTranscriber/init(model:thresholds:tuning:)``.
    /// - Throws: `SoundError` for an unreadable file, `ModelError` for a model that cannot be run.
    public init(
        path: String, model: Model, thresholds: NoteThresholds? = nil, tuning: TuningSelector = TuningSelector(a4: 440)
    ) throws {
        let rate = Double(model.info.sampleRate)
        let reader = try AudioFileReader(path: path, rate: rate)
        let recording = try RecordingTranscriber(model: model, thresholds: thresholds, tuning: tuning)
        sampleRate = rate
        expectedSeconds = reader.expectedCount.map { Double($0) / rate }
        prefetcher = AudioPrefetcher(reader)
        self.recording = recording
    }

    deinit { prefetcher.cancel() }

    /// Transcribes the whole file.
    ///
    /// - Parameters:
    ///   - progress: called with the seconds of audio processed so far, about once every 1.5 s of audio.
    ///   - row: called for each row; see ``RecordingTranscriber/RowBody``.
    /// - Throws: `SoundError` for a file that cannot be read, and any error of `row`.
    public consuming func run(
        progress: (Double) -> Void = { _ in }, row: RecordingTranscriber.RowBody
    ) throws -> Summary {
        var damage: SoundError?
        while true {
            var block: [Float] = []
            do throws(SoundError) {
                block = try prefetcher.next()
            } catch {
                guard case .damagedAudio = error else { throw error }
                damage = error
            }
            if block.isEmpty { break }
            try recording.process(block.span, row)
            progress(Double(recording.sampleCount) / sampleRate)
        }
        let ends = try recording.finish(row)
        return Summary(
            sampleCount: recording.sampleCount, unusableCount: prefetcher.unusableCount, ends: ends,
            a4: recording.a4, damage: damage)
    }
}
