import Foundation

/// The log of a run: one JSON object on each line.
struct TrainingLog {
    private let path: String

    /// - Parameter resumedAt: the step at which the run resumes. Lines of later steps, from a run that was killed, are
    ///   dropped. Nil starts a new log.
    init(path: String, resumedAt: Int?) throws(TrainingError) {
        self.path = path
        var kept = ""
        if let resumedAt, let data = FileManager.default.contents(atPath: path) {
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
                guard let object = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any],
                    let step = object["step"] as? Int, step <= resumedAt
                else { continue }
                kept += line + "\n"
            }
        }
        do { try Data(kept.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw .write(path: path, reason: "the folder is missing or not writable")
        }
    }

    func append(_ progress: TrainingProgress) throws(TrainingError) {
        var fields: [String: Any] = [
            "step": progress.step, "loss": progress.loss, "windows_per_s": progress.windowsPerSecond.rounded(),
            "drawing_share": (progress.drawingShare * 1000).rounded() / 1000,
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
