import Foundation
import Synchronization

/// The file `manifest.jsonl` of a rendered dataset. Thread-safe.
final class Manifest: Sendable {
    private let folder: String
    // Lines by clip name.
    private let lines: Mutex<[String: String]>
    private var path: String { folder + "/manifest.jsonl" }

    /// Creates the folder, or reads the manifest of an earlier run. A truncated last line is ignored.
    ///
    /// - Throws: `RenderingError.cannotWrite`, `.differentDataset`.
    init(folder: String, fingerprint: String) throws(RenderingError) {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: folder, reason: error.localizedDescription)
        }
        var found: [String: String] = [:]
        if let data = FileManager.default.contents(atPath: folder + "/manifest.jsonl") {
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
                guard let plan = try? JSONDecoder().decode(ClipPlan.self, from: Data(line.utf8)) else { continue }
                guard plan.fingerprint == fingerprint else { throw .differentDataset(path: folder) }
                found[plan.name] = String(line)
            }
        }
        lines = Mutex(found)
        try sort()
    }

    /// Whether a clip's audio, labels and line are all present.
    func isFinished(_ name: String) -> Bool {
        let files = FileManager.default
        return lines.withLock { $0[name] != nil } && files.fileExists(atPath: "\(folder)/\(name).wav")
            && files.fileExists(atPath: "\(folder)/\(name).csv")
    }

    /// Appends the clip's line to the file.
    func append(_ plan: ClipPlan) throws(RenderingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let line = String(decoding: try encoder.encode(plan), as: UTF8.self)
            try lines.withLock { lines in
                lines[plan.name] = line
                if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try file.seekToEnd()
                try file.write(contentsOf: Data((line + "\n").utf8))
                try file.close()
            }
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    /// Rewrites the file sorted by name, so that it doesn't depend on the order in which clips were finished.
    func sort() throws(RenderingError) {
        let text = lines.withLock { lines in lines.keys.sorted().map { (lines[$0] ?? "") + "\n" }.joined() }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}
