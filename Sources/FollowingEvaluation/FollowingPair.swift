import Evaluation
import Foundation

/// A score, a recording of it, and when its onsets were played.
public struct FollowingPair: Sendable, Hashable {
    public var name: String
    /// Paths.
    public var score: String
    public var audio: String
    public var reference: String

    public init(name: String, score: String, audio: String, reference: String) {
        self.name = name
        self.score = score
        self.audio = audio
        self.reference = reference
    }

    private static let scoreEndings = ["mid", "midi", "musicxml", "xml", "mxl", "krn"]

    /// The folders, and the folders in them, that hold `score.*`, `audio.*` and `reference.csv`, in order.
    ///
    /// Where there are several recordings of a pair, the first by name is taken. Pairs of one name are told apart by their
    /// folders' folders.
    /// - Throws: `EvaluationError.unreadable`, `.noPairs` for a folder in which there is none.
    public static func all(in folders: [String]) throws(EvaluationError) -> [FollowingPair] {
        var pairs: [FollowingPair] = []
        for folder in folders {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
                throw .unreadable(path: folder, reason: "there is no such folder, or it may not be read")
            }
            let own = pair(in: folder)
            let inner = own == nil ? names.sorted().compactMap { pair(in: folder + "/" + $0) } : []
            guard own != nil || !inner.isEmpty else { throw .noPairs(path: folder) }
            pairs += own.map { [$0] } ?? inner
        }
        let counts = Dictionary(pairs.map { ($0.name, 1) }, uniquingKeysWith: +)
        return pairs.map { pair in
            var pair = pair
            if counts[pair.name] ?? 0 > 1 {
                let folder = URL(fileURLWithPath: pair.score).deletingLastPathComponent().deletingLastPathComponent()
                pair.name = folder.lastPathComponent + "/" + pair.name
            }
            return pair
        }
    }

    private static func pair(in folder: String) -> FollowingPair? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted(),
            let audio = names.first(where: { $0.hasPrefix("audio.") }),
            let score = names.first(where: { name in scoreEndings.contains { name.lowercased() == "score.\($0)" } }),
            names.contains("reference.csv")
        else { return nil }
        let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
        return FollowingPair(
            name: name, score: folder + "/" + score, audio: folder + "/" + audio, reference: folder + "/reference.csv")
    }
}
