import Basics
import Datasets
import Music
import Networks
import Sound
import Transcription

/// A model's output for one recording, with the labels to evaluate it against.
public struct RecordingEvaluation: Sendable {
    public let name: String
    /// Seconds of audio.
    public let seconds: Double
    /// All posteriors of the network, so that other thresholds can be tried without running it again.
    public let trace: PosteriorTrace
    /// The notes of the label file.
    public let reference: [Note]
    /// The transcriber's notes, with the thresholds in use.
    public let notes: [Note]
}

extension RecordingEvaluation {
    /// Runs a model over a recording.
    ///
    /// - Parameters:
    ///   - recording: audio and labels.
    ///   - model: the model to run.
    ///   - thresholds: nil for the model's own.
    ///   - progress: called with the seconds of audio processed so far.
    /// - Throws: `SoundError`, `MusicError` or `ModelError`.
    public init(
        _ recording: DatasetFolder.Recording, model: Model, thresholds: NoteThresholds? = nil,
        progress: (Double) -> Void = { _ in }
    ) throws {
        reference = try LabelFile(path: recording.labelPath).labels.map(\.note)
        let file = try FileTranscription(path: recording.audioPath, model: model, thresholds: thresholds)
        var trace = PosteriorTrace(info: model.info)
        var assembler = NoteAssembler(sampleRate: model.info.sampleRate)
        var notes: [Note] = []
        let summary = try file.run(progress: progress) { _, events, transcriber in
            trace.append(transcriber)
            if !events.isEmpty { notes += assembler.add(events) }
        }
        notes += assembler.add(summary.ends)
        trace.finish(sampleCount: summary.sampleCount)
        self.notes = notes
        self.trace = trace
        name = recording.name
        seconds = Double(summary.sampleCount) / Double(model.info.sampleRate)
    }

    /// The times at which frames are evaluated.
    public var grid: FrameGrid { .windows(sampleCount: Int(trace.sampleCount)) }

    /// The sounding posteriors at the times of ``grid``, 128 per row.
    public var scores: [Float] {
        let grid = grid
        let width = PianoRoll.notes
        let hop = trace.info.hop
        var result = [Float](repeating: 0, count: grid.count * width)
        for row in 0..<grid.count {
            // The trace has a row for each multiple of the hop. The centres of windows are such multiples.
            let source = (grid.first + row * grid.step) / hop
            guard source < trace.rowCount else { continue }
            for note in 0..<width { result[row * width + note] = trace.sounding[source * width + note] }
        }
        return result
    }
}

/// Runs a model over the recordings of a dataset.
public enum DatasetEvaluation {
    /// Evaluates recordings in parallel. Each job holds a network of its own and the posteriors of its recording.
    ///
    /// - Parameters:
    ///   - recordings: audio and labels.
    ///   - model: the model to evaluate.
    ///   - thresholds: nil for the model's own.
    ///   - jobs: the number of recordings to evaluate in parallel, at least 1.
    ///   - progress: called on this thread with the number of finished recordings and the name of the last one.
    /// - Returns: evaluations in the order of `recordings`.
    /// - Throws: the first error that occurs: `SoundError`, `MusicError` or `ModelError`.
    public static func run(
        _ recordings: [DatasetFolder.Recording], model: Model, thresholds: NoteThresholds? = nil, jobs: Int = 1,
        progress: (Int, String) -> Void = { _, _ in }
    ) throws -> [RecordingEvaluation] {
        try FanOut(threads: jobs).map(recordings, progress: { progress($0, $1.name) }) { recording in
            try RecordingEvaluation(recording, model: model, thresholds: thresholds)
        }
    }
}
