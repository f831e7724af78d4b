import Basics
import Datasets
import Networks
import Transcription

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
