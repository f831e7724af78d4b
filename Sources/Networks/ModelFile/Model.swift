import Basics
import Foundation

/// A network with its weights, as read from a `.safetensors` model file.
///
/// A value of this type is valid: it has every tensor that its architecture needs, in the right shape, with finite
/// values.
public struct Model: Sendable {
    public let info: ModelInfo
    /// Tensors by name, as listed by ``Architecture/tensorShapes(window:)``.
    public let tensors: [String: Tensor]

    /// - Throws: ``ModelError`` if the tensors do not match the architecture; the message names `path`.
    public init(info: ModelInfo, tensors: [String: Tensor], path: String = "model") throws(ModelError) {
        let needed = try info.architecture.tensorShapes(window: info.window)
        for (name, shape) in needed {
            guard let tensor = tensors[name] else {
                throw .mismatch(path: path, reason: "tensor '\(name)' is missing")
            }
            guard tensor.shape == shape else {
                throw .mismatch(path: path, reason: "tensor '\(name)' is \(tensor.shape) instead of \(shape)")
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                throw .mismatch(path: path, reason: "tensor '\(name)' contains NaN or infinity")
            }
        }
        if let extra = Set(tensors.keys).subtracting(needed.map(\.name)).min() {
            throw .mismatch(path: path, reason: "tensor '\(extra)' does not belong to any layer")
        }
        self.info = info
        self.tensors = tensors
    }

    /// Reads and validates a model file.
    ///
    /// Another program may overwrite or truncate the file meanwhile: the result is then an error, not a mixture.
    public init(contentsOf path: String) throws(ModelError) {
        try self.init(data: ModelBytes.read(path), path: path)
    }

    /// Validates the contents of a model file; `path` identifies it in messages.
    public init(data: Data, path: String) throws(ModelError) {
        let file = try Safetensors(data: data, path: path)
        try self.init(info: try ModelInfo(metadata: file.metadata, path: path), tensors: file.tensors, path: path)
    }

    /// Writes the model atomically: a file at `path` is replaced only once the new one is complete.
    public func write(to path: String, as type: Safetensors.NumberType = .f32) throws {
        let data = try Safetensors(metadata: try info.metadata(), tensors: tensors).encoded(as: type)
        try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}

extension Model {
    /// A model with random weights, for benchmarks and tests in which only the arithmetic matters.
    ///
    /// - Parameter seed: the same seed gives the same weights.
    public static func random(_ architecture: Architecture, seed: UInt64) throws(ModelError) -> Model {
        var generator = SplitMix64(seed: seed)
        let info = ModelInfo(name: "random", architecture: architecture)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in try architecture.tensorShapes(window: info.window) {
            // Small enough for outputs near 1, whatever the width of the layer.
            let scale: Float = (shape.last ?? 1) > 4096 ? 0.01 : 0.1
            let count = shape.reduce(1, *)
            tensors[name] = Tensor(
                shape: shape, values: (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) })
        }
        return try Model(info: info, tensors: tensors)
    }
}

/// A dense array of floats in row-major order.
public struct Tensor: Equatable, Sendable {
    public var shape: [Int]
    public var values: [Float]

    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "shape \(shape) does not match \(values.count) values")
        self.shape = shape
        self.values = values
    }

    /// A tensor of zeros.
    public init(shape: [Int]) {
        self.init(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
}
