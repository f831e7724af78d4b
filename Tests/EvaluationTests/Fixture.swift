import Basics
import Datasets
import Foundation
import Networks
import Sound

/// A temporary folder for synthetic recordings and models, which is removed when the object is released.
final class Fixture {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "evaluation-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Creates a subfolder and returns its path.
    func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
        return path + "/" + name
    }

    /// Noise and tones as floats, which a float WAV file stores exactly.
    static func samples(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { index in
            Float.random(in: -0.1...0.1, using: &generator) + 0.3
                * sin(Float(index % 4410) * 0.06 * Float(seed % 7 + 1))
        }
    }

    /// Writes NAME.wav and NAME.csv.
    ///
    /// - Parameter notes: start and end in samples, and pitch.
    func record(_ name: String, in folder: String, samples: [Float], notes: [(Int, Int, Int)]) throws {
        var writer = try AudioFileWriter(path: folder + "/\(name).wav", format: .wavFloat)
        try writer.write(samples.span)
        try writer.close()
        let lines = notes.map { "\($0.0),\($0.1),1,\($0.2),0,0,Quarter\n" }.joined()
        try ("start_time,end_time,instrument,note,start_beat,end_beat,note_value\n" + lines)
            .write(toFile: folder + "/\(name).csv", atomically: true, encoding: .utf8)
    }

    /// A network with random weights.
    static func model(
        _ layers: [Layer], window: Int, hop: Int = 512, labelOffset: Int, normalizes: Bool = false,
        conditioning: LevelConditioning? = nil, heads: [Head] = [.sounding], seed: UInt64 = 1,
        extra: [String: String] = [:]
    ) throws -> Model {
        let architecture = Architecture(
            conditioning: conditioning, normalizesWindow: normalizes, layers: layers, heads: heads)
        let info = ModelInfo(
            name: "test", architecture: architecture, window: window, hop: hop, labelOffset: labelOffset, extra: extra)
        var generator = SplitMix64(seed: seed)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in try architecture.tensorShapes(window: window) {
            let count = shape.reduce(1, *)
            tensors[name] = Tensor(
                shape: shape, values: (0..<count).map { _ in Float.random(in: -0.1...0.1, using: &generator) })
        }
        return try Model(info: info, tensors: tensors)
    }
}

extension Fixture {
    /// Writes a recording whose samples are its labels: pitch 60 is on where a sample is 1, in spans of random length.
    func recordOracle(_ name: String, in folder: String, count: Int, seed: UInt64, shortest: Int = 40) throws {
        var generator = SplitMix64(seed: seed)
        var samples: [Float] = []
        var notes: [(Int, Int, Int)] = []
        while samples.count < count {
            samples += [Float](repeating: 0, count: Int.random(in: shortest...3000, using: &generator))
            let length = Int.random(in: shortest...3000, using: &generator)
            notes.append((samples.count, samples.count + length, 60))
            samples += [Float](repeating: 1, count: length)
        }
        try record(name, in: folder, samples: Array(samples.prefix(count)), notes: notes)
    }

    /// A network whose output for pitch 60 is the sample at its label offset.
    static func oracle(window: Int, labelOffset: Int, hop: Int = 512, conditioning: LevelConditioning? = nil) throws
        -> Model
    {
        let model = try model(
            [.linear(outputs: 128, bias: false)], window: window, hop: hop, labelOffset: labelOffset,
            conditioning: conditioning)
        var weights = [Float](repeating: 0, count: 128 * window)
        weights[60 * window + labelOffset] = 1
        return try Model(
            info: model.info, tensors: [Architecture.weightName(0): Tensor(shape: [128, window], values: weights)])
    }
}
