import Alignment
import Foundation

/// Stores results as JSON lines, so that an interrupted study can be resumed.
///
/// Unreadable lines are recomputed. Results are not invalidated when the program changes.
struct StudyCache {
    private let path: String
    private var results: [String: StudyResult] = [:]
    /// Whether the file ends with an incomplete line left by a killed run.
    private var endsWithinLine = false

    /// - Throws: `AlignmentError.unreadable` if the path exists but is not a text file.
    init(path: String) throws(AlignmentError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .unreadable(path: path, reason: "it is not a readable text file")
        }
        endsWithinLine = !text.isEmpty && !text.hasSuffix("\n")
        for line in text.split(separator: "\n") {
            guard let result = try? JSONDecoder().decode(StudyResult.self, from: Data(line.utf8)) else { continue }
            results[result.key] = result
        }
    }

    func result(_ variant: StudyVariant, _ pair: StudyPair) -> StudyResult? {
        results[StudyResult.key(variant, pair)]
    }

    /// Appends a line immediately.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    mutating func append(_ result: StudyResult) throws(AlignmentError) {
        results[result.key] = result
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let line = Data((endsWithinLine ? "\n" : "").utf8) + (try encoder.encode(result)) + Data("\n".utf8)
            if !FileManager.default.fileExists(atPath: path) {
                try line.write(to: URL(fileURLWithPath: path))
                return
            }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: line)
            endsWithinLine = false
        } catch {
            throw .cannotWrite(path: path, reason: "the file or its folder is not writable")
        }
    }
}
