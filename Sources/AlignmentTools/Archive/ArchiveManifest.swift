import Alignment
import Datasets
import Foundation

/// What is known of the pairs of an archive: a line for each, written when all its files are whole.
struct ArchiveManifest: Sendable {
    private let folder: String
    private let lines: LineManifest<ArchiveEntry>

    /// Also removes what a run that was killed left half-written.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    init(folder: String) throws(AlignmentError) {
        self.folder = folder
        do {
            lines = try LineManifest(folder: folder) { $0.name }
        } catch { throw Self.failure(error, folder) }
        PartialFile.sweep(folder: folder)
    }

    /// What an earlier run found about a pair, if its files and the parameters are the same and its results still there.
    func unchanged(_ name: String, _ inputs: ArchiveEntry.Inputs?) -> ArchiveEntry? {
        guard let inputs, let entry = lines[name], entry.inputs == inputs, entry.outcome != .failed,
            entry.outputs.allSatisfy({ FileManager.default.fileExists(atPath: folder + "/" + $0) })
        else { return nil }
        return entry
    }

    /// Adds a line.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    func append(_ entry: ArchiveEntry) throws(AlignmentError) {
        do { try lines.append(entry) } catch { throw Self.failure(error, folder) }
    }

    /// Writes all lines anew, one for each pair, by name.
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
