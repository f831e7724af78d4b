import Alignment
import Foundation

/// Results kept in a file of JSON lines, so that a study that was broken off goes on where it was.
///
/// Lines that cannot be read are done again. A change of the program isn't noticed.
struct StudyCache {
    private let path: String
    private var results: [String: StudyResult] = [:]
    /// Whether a run that was killed left half a line at the end.
    private var endsWithinLine = false

    /// - Throws: `AlignmentError.unreadable` for a path that is no text file.
    init(path: String) throws(AlignmentError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .unreadable(path: path, reason: "it is no text file, or it may not be read")
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

    /// Adds a line at once.
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
            throw .cannotWrite(path: path, reason: "the folder or the file may not be written")
        }
    }
}
