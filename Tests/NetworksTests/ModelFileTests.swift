import Foundation
import Testing

@testable import Networks

/// Model files survive a round trip, and damaged ones are rejected without a crash.
struct ModelFileTests {
    static let model = Result {
        try Model.random(.paper(stride: 64, filters: 4, heads: [.sounding, .onset], bias: true), seed: 1)
    }

    static func bytes() throws -> [UInt8] {
        let model = try model.get()
        return [UInt8](try Safetensors(metadata: try model.info.metadata(), tensors: model.tensors).encoded())
    }

    static func load(_ bytes: [UInt8]) throws(ModelError) -> Model {
        let file = try Safetensors(data: Data(bytes), path: "x")
        return try Model(info: try ModelInfo(metadata: file.metadata, path: "x"), tensors: file.tensors, path: "x")
    }

    @Test func survivesRoundTrip() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var info = try Self.model.get().info
        info.thresholds = NoteThresholds(on: 0.31, off: 0.12, onset: 0.27, minimumDuration: 0.04, gateDBFS: -55)
        info.extra = ["licence": "CC0", "steps": "12"]
        let model = try Model(info: info, tensors: try Self.model.get().tensors)
        try model.write(to: path)
        let again = try Model(contentsOf: path)
        #expect(again.info == info)
        #expect(again.tensors == model.tensors)
    }

    /// Half precision keeps eleven significant bits; values that need no more survive unchanged.
    @Test func halfPrecisionRounds() throws {
        let values: [Float] = [0, 1, -2.5, 0.333_251_95, 65504, 6.103_515_6e-5, 5.960_464_5e-8, -0.1]
        let file = Safetensors(metadata: [:], tensors: ["x": Tensor(shape: [values.count], values: values)])
        let half = try Safetensors(data: try file.encoded(as: .f16), path: "x")
        for (a, b) in zip(values, half.tensors["x"]?.values ?? []) { #expect(abs(a - b) <= abs(a) * 0.000_489) }
        #expect(half.tensors["x"]?.values.dropLast() == values.dropLast())
        let brain = try Safetensors(data: try file.encoded(as: .bf16), path: "x")
        for (a, b) in zip(values, brain.tensors["x"]?.values ?? []) { #expect(abs(a - b) <= abs(a) * 0.0079) }
    }

    @Test func nonFiniteWeightsAreRejected() throws {
        for bad in [Float.nan, .infinity] {
            let file = Safetensors(metadata: [:], tensors: ["x": Tensor(shape: [2], values: [1, bad])])
            #expect(throws: ModelError.malformed(path: "f", reason: "tensor 'x' contains NaN or infinity")) {
                try Safetensors(data: try file.encoded(), path: "f")
            }
        }
    }

    @Test func missingAndForeignFilesAreReported() throws {
        #expect(throws: ModelError.unreadable(path: "/nowhere/m", reason: "there is no such file")) {
            try Model(contentsOf: "/nowhere/m")
        }
        #expect(throws: ModelError.unreadable(path: "/", reason: "it is a folder")) { try Model(contentsOf: "/") }
        #expect(throws: ModelError.self) { try Self.load(Array("RIFF, and no more".utf8)) }
        let foreign = Safetensors(metadata: ["format": "pt"], tensors: [:])
        #expect(throws: ModelError.self) { try Self.load([UInt8](try foreign.encoded())) }
    }

    /// A pipe would block for ever, and a device may have no end.
    @Test(.timeLimit(.minutes(1))) func onlyRegularFilesAreRead() throws {
        let pipe = NSTemporaryDirectory() + "model-\(UUID().uuidString)"
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        for path in [pipe, "/dev/zero"] {
            #expect(throws: ModelError.unreadable(path: path, reason: "it is not a regular file")) {
                try Model(contentsOf: path)
            }
        }
    }

    @Test func mismatchedTensorsAreRejected() throws {
        let model = try Self.model.get()
        for name in model.tensors.keys {
            var tensors = model.tensors
            tensors[name] = nil
            #expect(throws: ModelError.self) { try Model(info: model.info, tensors: tensors) }
            tensors[name] = Tensor(shape: [3])
            #expect(throws: ModelError.self) { try Model(info: model.info, tensors: tensors) }
        }
        var tensors = model.tensors
        tensors["stowaway"] = Tensor(shape: [1])
        #expect(throws: ModelError.self) { try Model(info: model.info, tensors: tensors) }
    }

    @Test func invalidArchitecturesAreRejected() throws {
        let bad: [[Layer]] = [
            [], [.logReLU], [.linear(outputs: 5, bias: false)],
            [.convolution(filters: 4, width: 99999, stride: 64), .linear(outputs: 128, bias: false)],
            [.convolution(filters: 4, width: 16, stride: 0), .linear(outputs: 128, bias: false)],
            [.convolution(filters: -4, width: 16, stride: 4), .linear(outputs: 128, bias: false)],
            [.averagePool(width: 16, step: 0), .linear(outputs: 128, bias: false)],
        ]
        for layers in bad {
            let architecture = Architecture(conditioning: nil, layers: layers, heads: [.sounding])
            #expect(throws: ModelError.self) { try architecture.shapes(window: 16384) }
        }
    }

    /// A randomly damaged file either loads or is rejected with an error.
    @Test func damagedFilesNeverCrash() throws {
        let good = try Self.bytes()
        let header = 8 + Int(good[0]) + Int(good[1]) << 8
        var random = SystemRandomNumberGenerator.seeded(99)
        var refused = 0
        for round in 0..<300 {
            var bytes = good
            switch round % 3 {
            case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            case 1:
                for _ in 0..<8 {
                    bytes[Int.random(in: 0..<header, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            default: for place in 0..<8 { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            }
            do { _ = try Self.load(bytes) } catch {
                refused += 1
                #expect(error.description.contains("x") || error.description.contains("architecture"))
            }
        }
        #expect(refused > 200)
    }
}
