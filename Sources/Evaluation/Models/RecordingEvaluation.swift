import Basics
import Datasets
import Music
import Networks
import Sound
import Transcription

/// What a model makes of one recording, against its labels.
public struct RecordingEvaluation: Sendable {
    public let name: String
    /// Seconds of audio.
    public let seconds: Double
    /// Everything the network said, to try other thresholds on.
    public let trace: PosteriorTrace
    /// The labels.
    public let reference: [Note]
    /// The transcriber's notes, with the thresholds in use.
    public let notes: [Note]
}

extension RecordingEvaluation {
    /// Runs a model over a recording.
    ///
    /// - Parameters:
    ///   - recording: audio and labels.
    ///   - model: what to run.
    ///   - thresholds: the model's own if nil.
    ///   - progress: told seconds of audio done.
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

    /// The moments at which frames are judged.
    public var grid: FrameGrid { .windows(sampleCount: Int(trace.sampleCount)) }

    /// The posteriors at the grid's moments, row by row.
    public var scores: [Float] {
        let grid = grid
        let width = PianoRoll.notes
        let hop = trace.info.hop
        var result = [Float](repeating: 0, count: grid.count * width)
        for row in 0..<grid.count {
            // Rows of the trace speak of multiples of the hop, and so do the centres of windows.
            let source = (grid.first + row * grid.step) / hop
            guard source < trace.rowCount else { continue }
            for note in 0..<width { result[row * width + note] = trace.sounding[source * width + note] }
        }
        return result
    }
}

/// Runs a model over the recordings of a dataset.
public enum DatasetEvaluation {
    /// Evaluates recordings, several at a time; each of them holds a network of its own and its posteriors.
    ///
    /// - Parameters:
    ///   - recordings: what to judge on.
    ///   - model: what to judge.
    ///   - thresholds: the model's own if nil.
    ///   - jobs: how many at a time, at least 1.
    ///   - progress: called on this thread with the number done and the name of the last one.
    /// - Returns: in the order of `recordings`.
    /// - Throws: the first error met: `SoundError`, `MusicError` or `ModelError`.
    public static func run(
        _ recordings: [DatasetFolder.Recording], model: Model, thresholds: NoteThresholds? = nil, jobs: Int = 1,
        progress: (Int, String) -> Void = { _, _ in }
    ) throws -> [RecordingEvaluation] {
        try FanOut(threads: jobs).map(recordings, progress: { progress($0, $1.name) }) { recording in
            try RecordingEvaluation(recording, model: model, thresholds: thresholds)
        }
    }
}
