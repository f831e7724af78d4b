import Foundation

/// Recipe files that are based on others: `"base": "paper.json"`, or a list of files.
///
/// A file's keys override those of its bases, and a later base overrides an earlier one. Objects such as `optimizer`
/// are merged key by key. Paths are relative to the file that contains them. `comment` is ignored.
enum RecipeFile {
    /// Maximum length of a chain of bases.
    private static let depthLimit = 8

    /// All keys of the recipe at `path`, including those of its bases.
    static func merged(_ path: String, depth: Int = 0) throws(TrainingError) -> [String: Any] {
        guard depth < depthLimit else {
            throw .recipe(path: path, reason: "its bases form a circle, or a chain of more than \(depthLimit)")
        }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: "the file is missing or not readable")
        }
        guard var object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw .recipe(path: path, reason: "it is not a JSON object")
        }
        let bases: [String]
        switch object.removeValue(forKey: "base") {
        case nil: bases = []
        case let name as String: bases = [name]
        case let names as [String]: bases = names
        default: throw .recipe(path: path, reason: "'base' must be the path of a recipe, or a list of paths")
        }
        object.removeValue(forKey: "comment")
        var result: [String: Any] = [:]
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        for base in bases {
            let keys = try merged(folder.appendingPathComponent(base).path, depth: depth + 1)
            result = joined(result, keys)
        }
        return joined(result, object)
    }

    private static func joined(_ old: [String: Any], _ new: [String: Any]) -> [String: Any] {
        old.merging(new) { old, new in
            guard let old = old as? [String: Any], let new = new as? [String: Any] else { return new }
            return joined(old, new)
        }
    }
}
