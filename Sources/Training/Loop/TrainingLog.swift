import Foundation

/// The record of a run, one JSON object a line, for plots and for people.
struct TrainingLog {
    private let path: String

    init(path: String, append: Bool) throws(TrainingError) {
        self.path = path
        let exists = FileManager.default.fileExists(atPath: path)
        if !exists || !append, !FileManager.default.createFile(atPath: path, contents: Data()) {
            throw .write(path: path, reason: "the folder is not there or may not be written")
        }
    }

    func append(_ progress: TrainingProgress) throws(TrainingError) {
        var fields: [String: Any] = [
            "step": progress.step, "loss": progress.loss, "windows_per_s": progress.windowsPerSecond.rounded(),
            "time": ISO8601DateFormatter().string(from: Date()),
        ]
        if let probe = progress.probe { fields["probe_ap"] = probe }
        do {
            var line = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
            line.append(UInt8(ascii: "\n"))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: line)
        } catch {
            throw .write(path: path, reason: error.localizedDescription)
        }
    }
}
