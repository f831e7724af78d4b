import Evaluation
import Foundation

/// A score, a recording of it, and the times at which its onsets were played.
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

    /// Finds pairs: folders that hold `score.*`, `audio.*` and `reference.csv`. A folder that is not a pair itself is
    /// searched for subfolders that are, in the order of their names.
    ///
    /// If a pair has several recordings, the first by name is used. Names that occur more than once are prefixed by the
    /// name of the parent folder.
    ///
    /// - Throws: `EvaluationError.unreadable`, `.noPairs` for a folder without a pair.
    public static func all(in folders: [String]) throws(EvaluationError) -> [FollowingPair] {
        var pairs: [FollowingPair] = []
        for folder in folders {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
                throw .unreadable(path: folder, reason: "the folder does not exist or is not readable")
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
