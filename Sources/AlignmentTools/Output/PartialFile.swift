import Foundation
import Sound

/// A file that is written under another name, and gets its own when it is complete, or is removed.
final class PartialFile {
    /// In the names of files that aren't complete.
    static let mark = ".partial-"

    private let target: String
    /// Where to write. Keeps the extension, by which some libraries know the format.
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

    /// Removes what runs that were killed have left in a folder and those in it: files of this type, and those that Foundation
    /// writes before it gives them their names.
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
