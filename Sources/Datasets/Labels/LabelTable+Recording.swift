import Foundation
import Music

extension LabelTable {
    /// Reads the labels to show: of a recording in a dataset folder, or of a lone label file.
    ///
    /// - Parameter recording: its name; may be nil for a label file, or for a folder with one recording.
    /// - Throws: ``DatasetError``, `MusicError`.
    public static func labels(at path: String, recording: String?) throws -> [LabelFile.Label] {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if exists, !isDirectory.boolValue { return try LabelFile(path: path).labels }
        let labelled = try DatasetListing(path: path).entries.filter { $0.labelPath != nil }
        guard !labelled.isEmpty else { throw DatasetError.noRecordings(path: path) }
        let chosen = recording.map { name in labelled.filter { $0.name == name } } ?? labelled
        guard let entry = chosen.first, recording != nil || chosen.count == 1, let labelPath = entry.labelPath else {
            throw DatasetError.noSuchRecording(name: recording ?? "", path: path, others: labelled.map(\.name))
        }
        return try LabelFile(path: labelPath).labels
    }
}
