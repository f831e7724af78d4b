import Foundation

/// Recipe files that are based on others: `"base": "paper.json"`, or a list of them.
///
/// A file's keys take the place of its bases', and a later base's those of an earlier one; objects such as `optimizer`
/// are joined key by key. Paths are relative to the file that names them. `comment` is for people.
enum RecipeFile {
    /// Files that may stand behind one another.
    private static let depthLimit = 8

    /// All keys of the recipe at `path`, its bases' included.
    static func merged(_ path: String, depth: Int = 0) throws(TrainingError) -> [String: Any] {
        guard depth < depthLimit else {
            throw .recipe(path: path, reason: "more than \(depthLimit) recipes are based on each other, or in a circle")
        }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: "there is no such file, or it may not be read")
        }
        guard var object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw .recipe(path: path, reason: "it is not a JSON object")
        }
        let bases: [String]
        switch object.removeValue(forKey: "base") {
        case nil: bases = []
        case let name as String: bases = [name]
        case let names as [String]: bases = names
        default: throw .recipe(path: path, reason: "'base' takes the path of a recipe, or a list of them")
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
