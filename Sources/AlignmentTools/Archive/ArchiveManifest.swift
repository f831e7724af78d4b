import Alignment
import Datasets
import Foundation

/// The outcomes of an archive's pairs: one line per pair, written when all of its files are complete.
struct ArchiveManifest: Sendable {
    private let folder: String
    private let lines: LineManifest<ArchiveEntry>

    /// Also removes partial files that a killed run left behind.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    init(folder: String) throws(AlignmentError) {
        self.folder = folder
        do {
            lines = try LineManifest(folder: folder) { $0.name }
        } catch { throw Self.failure(error, folder) }
        PartialFile.sweep(folder: folder)
    }

    /// The outcome of an earlier run, if its inputs and parameters are unchanged and its outputs still exist.
    func unchanged(_ name: String, _ inputs: ArchiveEntry.Inputs?) -> ArchiveEntry? {
        guard let inputs, let entry = lines[name], entry.inputs == inputs, entry.outcome != .failed,
            entry.outputs.allSatisfy({ FileManager.default.fileExists(atPath: folder + "/" + $0) })
        else { return nil }
        return entry
    }

    /// Appends a line.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    func append(_ entry: ArchiveEntry) throws(AlignmentError) {
        do { try lines.append(entry) } catch { throw Self.failure(error, folder) }
    }

    /// Rewrites the file with one line per pair, sorted by name.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    func save() throws(AlignmentError) {
        do { try lines.save() } catch { throw Self.failure(error, folder) }
    }

    private static func failure(_ error: DatasetError, _ folder: String) -> AlignmentError {
        guard case .cannotWrite(let path, let reason) = error else {
            return .cannotWrite(path: folder, reason: "\(error)")
        }
        return .cannotWrite(path: path, reason: reason)
    }
}
