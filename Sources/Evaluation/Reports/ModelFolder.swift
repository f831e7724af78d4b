import Foundation

/// The models in a folder.
public struct ModelFolder: Sendable, Equatable {
    public let path: String
    /// The paths of its `*.safetensors` files, sorted by name.
    public let models: [String]

    /// - Throws: ``EvaluationError/unreadable(path:reason:)`` or ``EvaluationError/noModels(path:)``.
    public init(path: String) throws(EvaluationError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .unreadable(path: path, reason: "the folder does not exist")
        }
        guard isDirectory.boolValue else {
            throw .unreadable(path: path, reason: "it is a file; name the folder that contains the models")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(path: path, reason: "permission denied")
        }
        self.path = path
        models = names.filter { !$0.hasPrefix(".") && $0.hasSuffix(".safetensors") }.sorted()
            .map { (path as NSString).appendingPathComponent($0) }
        if models.isEmpty { throw .noModels(path: path) }
    }
}
