import Foundation
import Scores

/// Assigns unique names to the scores from which pairs are generated.
public enum PairNames {
    private static let extensions: Set = ["mid", "midi", "musicxml", "xml", "mxl", "krn"]

    /// The given files, and the scores in the given folders, in order.
    ///
    /// A name is the file name without extension, or the folder's name if the file is called `score`. Repeated names
    /// get a suffix: NAME-2.
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
            let found = names.sorted().filter { extensions.contains(($0 as NSString).pathExtension.lowercased()) }
            guard !found.isEmpty else { throw .unreadableFile(path: path, reason: "the folder contains no score") }
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
