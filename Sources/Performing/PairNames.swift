import Foundation
import Scores

/// The scores that pairs are made from, with names that tell them apart.
public enum PairNames {
    private static let endings: Set = ["mid", "midi", "musicxml", "xml", "mxl", "krn"]

    /// Files as they are, and those in folders that have the endings of scores, in order.
    ///
    /// A file is called by its name without ending, or by its folder's where it is called `score`; a second one of a name
    /// becomes NAME-2.
    /// - Throws: `ScoreError.missingFile`, `.unreadableFile` (a folder without scores).
    public static func all(_ paths: [String]) throws(ScoreError) -> [(path: String, name: String)] {
        var files: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw .missingFile(path: path)
            }
            guard isFolder.boolValue else {
                files.append(path)
                continue
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let found = names.sorted().filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }
            guard !found.isEmpty else { throw .unreadableFile(path: path, reason: "the folder holds no score") }
            files += found.map { path + "/" + $0 }
        }
        var seen: [String: Int] = [:]
        return files.map { path in
            let url = URL(fileURLWithPath: path)
            var name = url.deletingPathExtension().lastPathComponent
            if name.lowercased() == "score" { name = url.deletingLastPathComponent().lastPathComponent }
            let count = seen[name, default: 0] + 1
            seen[name] = count
            return (path, count == 1 ? name : "\(name)-\(count)")
        }
    }
}
