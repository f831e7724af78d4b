import Foundation

/// A folder of models, for tables that compare them.
public struct ModelFolder: Sendable, Equatable {
    public let path: String
    /// Paths of its `*.safetensors` files, in order of their names.
    public let models: [String]

    /// - Throws: ``EvaluationError/unreadable(path:reason:)`` or ``EvaluationError/noModels(path:)``.
    public init(path: String) throws(EvaluationError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .unreadable(path: path, reason: "there is no such folder")
        }
        guard isDirectory.boolValue else {
            throw .unreadable(path: path, reason: "it is a file; name the folder that holds the models")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(path: path, reason: "it may not be read by this user")
        }
        self.path = path
        models = names.filter { !$0.hasPrefix(".") && $0.hasSuffix(".safetensors") }.sorted()
            .map { (path as NSString).appendingPathComponent($0) }
        if models.isEmpty { throw .noModels(path: path) }
    }
}
