import Evaluation
import Foundation
import Music
import Networks

/// The recordings of a dataset folder, ready to draw from.
public struct TrainingSet: Sendable {
    let recordings: [Recording]

    /// Recordings in the set.
    public var count: Int { recordings.count }
    /// Seconds of audio in all.
    public let duration: Double

    /// Opens every recording of `folder` that has labels; see ``DatasetFolder`` for the layouts.
    ///
    /// - Parameters:
    ///   - folder: the dataset.
    ///   - info: the model to be: its conditioning, hop and rate.
    ///   - report: called after each recording with how many are open, and how many there are.
    /// - Throws: what names the file that cannot be used.
    public init(folder: String, info: ModelInfo, report: (Int, Int) -> Void = { _, _ in }) throws {
        let files = try DatasetFolder(path: folder).recordings
        var recordings: [Recording] = []
        for (index, file) in files.enumerated() {
            let notes = try LabelFile(path: file.labelPath).labels.map(\.note)
            recordings.append(
                try Recording(
                    audio: file.audioPath, notes: notes, conditioning: info.architecture.conditioning, hop: info.hop,
                    sampleRate: info.sampleRate))
            report(index + 1, files.count)
        }
        guard !recordings.isEmpty else { throw TrainingError.emptyDataset(path: folder) }
        self.recordings = recordings
        duration = recordings.reduce(0) { $0 + Double($1.count) } / Double(info.sampleRate)
    }
}
