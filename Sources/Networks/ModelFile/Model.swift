import Foundation

/// A network with its weights: what a `.safetensors` model file holds, checked.
///
/// A value of this type is sound: every tensor its architecture needs is there, in its shape, and finite.
public struct Model: Sendable {
    public let info: ModelInfo
    /// By name, as ``Architecture/tensorShapes(window:)`` lists them.
    public let tensors: [String: Tensor]

    /// - Throws: ``ModelError`` when tensors and architecture don't belong together; `path` names the culprit.
    public init(info: ModelInfo, tensors: [String: Tensor], path: String = "model") throws(ModelError) {
        let needed = try info.architecture.tensorShapes(window: info.window)
        for (name, shape) in needed {
            guard let tensor = tensors[name] else {
                throw .mismatch(path: path, reason: "tensor '\(name)' is missing")
            }
            guard tensor.shape == shape else {
                throw .mismatch(path: path, reason: "tensor '\(name)' is \(tensor.shape) where \(shape) is needed")
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                throw .mismatch(path: path, reason: "tensor '\(name)' holds NaN or infinity")
            }
        }
        if let extra = Set(tensors.keys).subtracting(needed.map(\.name)).min() {
            throw .mismatch(path: path, reason: "tensor '\(extra)' belongs to no layer")
        }
        self.info = info
        self.tensors = tensors
    }

    /// Reads and checks a model file.
    public init(contentsOf path: String) throws(ModelError) {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: Self.reason(path))
        }
        let file = try Safetensors(data: data, path: path)
        try self.init(info: try ModelInfo(metadata: file.metadata, path: path), tensors: file.tensors, path: path)
    }

    /// Writes the model, replacing a file at `path` only when the whole of it is written.
    public func write(to path: String, as type: Safetensors.NumberType = .f32) throws {
        let data = try Safetensors(metadata: try info.metadata(), tensors: tensors).encoded(as: type)
        try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func reason(_ path: String) -> String {
        var isDirectory: ObjCBool = false
        if !FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) { return "there is no such file" }
        if isDirectory.boolValue { return "it is a folder" }
        return "it may not be read by this user"
    }
}

/// A dense array of numbers in row-major order.
public struct Tensor: Equatable, Sendable {
    public var shape: [Int]
    public var values: [Float]

    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "a tensor of shape \(shape) holds \(values.count) values")
        self.shape = shape
        self.values = values
    }

    /// A tensor of zeros.
    public init(shape: [Int]) {
        self.init(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
}
