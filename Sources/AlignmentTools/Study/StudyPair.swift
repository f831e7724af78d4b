import Alignment
import Foundation

/// A score, a recording of it, and the reference onset times.
public struct StudyPair: Sendable, Hashable {
    public var name: String
    public var score: String
    public var audio: String
    public var reference: String

    public init(name: String, score: String, audio: String, reference: String) {
        self.name = name
        self.score = score
        self.audio = audio
        self.reference = reference
    }

    /// The folder itself and its subfolders, if they hold `audio.*`, `score.*` and `reference.csv`; sorted by name.
    ///
    /// - Throws: `AlignmentError.unreadable` if the folder cannot be read or holds none.
    public static func all(in folder: String) throws(AlignmentError) -> [StudyPair] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .unreadable(path: folder, reason: "the folder is missing or not readable")
        }
        let own = pair(in: folder, name: URL(fileURLWithPath: folder).lastPathComponent).map { [$0] } ?? []
        let pairs = names.sorted().compactMap { pair(in: folder + "/" + $0, name: $0) }
        guard !(own + pairs).isEmpty else {
            throw .unreadable(
                path: folder, reason: "no folder in it holds audio.*, score.* and reference.csv")
        }
        return own + pairs
    }

    private static func pair(in folder: String, name: String) -> StudyPair? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted(),
            let audio = names.first(where: { $0.hasPrefix("audio.") }),
            let score = names.first(where: { $0.hasPrefix("score.") }), names.contains("reference.csv")
        else { return nil }
        return StudyPair(
            name: name, score: folder + "/" + score, audio: folder + "/" + audio, reference: folder + "/reference.csv")
    }

    /// Sizes and modification dates of the files, to detect changes.
    var fingerprint: String {
        [score, audio, reference].map { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let size = (attributes?[.size] as? Int) ?? 0
            let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(size)@\(Int(date))"
        }.joined(separator: " ")
    }
}
