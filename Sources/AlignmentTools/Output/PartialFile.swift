import Foundation
import Sound

/// A file that is written under a temporary name and renamed when complete. If it is never completed, it is removed.
final class PartialFile {
    /// Part of the name of every incomplete file.
    static let mark = ".partial-"

    private let target: String
    /// The temporary path. Keeps the extension, from which some libraries infer the format.
    let path: String
    private var isFinished = false

    init(_ target: String) {
        self.target = target
        let url = URL(fileURLWithPath: target)
        let name = ".\(url.lastPathComponent)\(Self.mark)\(ProcessInfo.processInfo.processIdentifier)"
        path = url.deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// - Throws: `SoundError.cannotWrite`.
    func finish() throws(SoundError) {
        guard rename(path, target) == 0 else {
            throw .cannotWrite(path: target, reason: String(cString: strerror(errno)))
        }
        isFinished = true
    }

    deinit {
        if !isFinished { unlink(path) }
    }

    /// Recursively removes files that killed runs left in a folder: partial files of this type, and Foundation's
    /// temporary files for atomic writes.
    static func sweep(folder: String) {
        guard let files = FileManager.default.enumerator(atPath: folder) else { return }
        for case let path as String in files {
            let name = path.split(separator: "/").last ?? ""
            guard (name.hasPrefix(".") && name.contains(mark)) || name.hasPrefix(foundationsMark) else { continue }
            unlink(folder + "/" + path)
        }
    }

    private static let foundationsMark = ".dat.nosync"
}
