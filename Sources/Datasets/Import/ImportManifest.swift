import Foundation
import Glibc

/// The manifest of a folder of imported recordings.
struct ImportManifest: Sendable {
    private let folder: String
    private let lines: LineManifest<RecordingReport>

    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    init(folder: String) throws(DatasetError) {
        self.folder = folder
        lines = try LineManifest(folder: folder) { $0.output }
    }

    /// An earlier import's report on this recording, if its files are unchanged and its output still exists.
    func unchanged(_ entry: DatasetListing.Entry) -> RecordingReport? {
        let audio = RecordingReport.Source(path: entry.audioPath)
        let labels = RecordingReport.Source(path: entry.labelPath)
        let known = lines.first { $0.name == entry.name && $0.audio == audio && $0.labelFile == labels }
        guard let known, audio != nil, labels != nil, let output = known.output,
            FileManager.default.fileExists(atPath: folder + "/" + output)
        else { return nil }
        return known
    }

    /// Appends the report of a completed recording.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    func append(_ report: RecordingReport) throws(DatasetError) { try lines.append(report) }

    /// Rewrites the manifest with one line per recording, ordered by name.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    func save() throws(DatasetError) { try lines.save() }
}
