import Foundation
import Glibc

/// What is known of the recordings in a folder of imported ones.
struct ImportManifest: Sendable {
    private let folder: String
    private let lines: LineManifest<RecordingReport>

    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    init(folder: String) throws(DatasetError) {
        self.folder = folder
        lines = try LineManifest(folder: folder) { $0.output }
    }

    /// What an earlier import found out about this recording, if nothing has changed since and its output is there.
    func unchanged(_ entry: DatasetListing.Entry) -> RecordingReport? {
        let audio = RecordingReport.Source(path: entry.audioPath)
        let labels = RecordingReport.Source(path: entry.labelPath)
        let known = lines.first { $0.name == entry.name && $0.audio == audio && $0.labelFile == labels }
        guard let known, audio != nil, labels != nil, let output = known.output,
            FileManager.default.fileExists(atPath: folder + "/" + output)
        else { return nil }
        return known
    }

    /// Adds a line for a recording that is whole.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    func append(_ report: RecordingReport) throws(DatasetError) { try lines.append(report) }

    /// Writes all lines anew, one for each recording, by name.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    func save() throws(DatasetError) { try lines.save() }
}

/// By which a file is known not to have changed.
public struct FileStamp: Codable, Hashable, Sendable {
    /// Bytes.
    public var size: Int
    /// Of the last change, in nanoseconds since 1970.
    public var modified: Int

    /// Nil if there is no such file.
    public init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    }
}
