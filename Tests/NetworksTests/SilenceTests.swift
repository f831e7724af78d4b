import Basics
import Foundation
import Testing

@testable import Networks

/// A stream whose windows are partly left unevaluated, or consist of zeros, gives the same output as whole windows.
struct SilenceTests {
    static let hop = 512

    /// Pieces of sound of random length between silences of random length, some digital and some of faint noise, ending
    /// in the middle of a hop. The first loud sample after a silence is at full scale.
    static func audio(hops: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        var samples: [Float] = []
        while samples.count < hops * hop {
            let silence = Int.random(in: 0...60 * hop, using: &random)
            let noise: Float = Bool.random(using: &random) ? 0 : 1e-4
            for _ in 0..<silence { samples.append(noise == 0 ? 0 : Float.random(in: -noise...noise, using: &random)) }
            let sound = Int.random(in: 1...40 * hop, using: &random)
            for index in 0..<sound { samples.append(cos(Float(index) * 0.05) * (index < 600 ? 1 : 0.1)) }
        }
        return Array(samples[0..<hops * hop])
    }

    static func outputs(
        _ model: Model, _ samples: [Float], _ step: (StreamingNetwork, Span<Float>, inout [Float]) -> Bool
    ) throws -> [[Float]?] {
        let stream = try StreamingNetwork(model: model)
        return stride(from: 0, to: samples.count, by: hop).map { start in
            var output = [Float](repeating: -1, count: stream.outputCount)
            return step(stream, samples.span.extracting(start..<start + hop), &output) ? output : nil
        }
    }

    /// The outputs of whole windows, without any shared state.
    static func reference(_ model: Model, _ samples: [Float]) throws -> [[Float]] {
        let whole = try WindowNetwork(model: model)
        var padded = [Float](repeating: 0, count: model.info.window)
        var conditioner = model.info.architecture.conditioning.map {
            LevelConditioner($0, hop: hop, sampleRate: model.info.sampleRate)
        }
        return stride(from: 0, to: samples.count, by: hop).map { start in
            var part = Array(samples[start..<start + hop])
            var span = part.mutableSpan
            conditioner?.process(&span)
            padded = padded.dropFirst(hop) + part
            var output = [Float](repeating: 0, count: whole.outputCount)
            var target = output.mutableSpan
            whole.evaluate(padded.span, into: &target)
            return output
        }
    }

    static func expectEqual(_ outputs: [[Float]?], _ expected: [[Float]], least: Int) {
        let largest = expected.joined().reduce(0) { max($0, abs($1)) }
        var worst: Float = 0
        var compared = 0
        for (output, expected) in zip(outputs, expected) {
            guard let output else { continue }
            compared += 1
            for (a, b) in zip(output, expected) { worst = max(worst, abs(a - b)) }
        }
        #expect(largest > 0.01)
        #expect(compared >= least)
        #expect(
            worst <= StreamingNetworkTests.tolerance * largest, "error \(worst) for a maximum of \(largest)")
    }

    @Test(arguments: StreamingNetworkTests.architectures)
    func silencesMatchWholeWindows(_ architecture: Architecture) throws {
        let model = try Model.random(architecture, seed: 8)
        let samples = Self.audio(hops: 150, seed: 4)
        let expected = try Self.reference(model, samples)
        let outputs = try Self.outputs(model, samples) { stream, hop, output in
            var span = output.mutableSpan
            stream.process(hop, into: &span)
            return true
        }
        Self.expectEqual(outputs, expected, least: 150)
    }

    /// Hops are left out at random, for short and long times, and made up for at random speeds.
    @Test(arguments: StreamingNetworkTests.architectures)
    func windowsLeftOutMatchWholeWindows(_ architecture: Architecture) throws {
        let model = try Model.random(architecture, seed: 9)
        let samples = Self.audio(hops: 220, seed: 5)
        let expected = try Self.reference(model, samples)
        var random = SplitMix64(seed: 6)
        var rest = 0
        var speed = 1
        let outputs = try Self.outputs(model, samples) { stream, hop, output in
            stream.take(hop)
            if rest == 0, Int.random(in: 0..<12, using: &random) == 0 {
                rest = Int.random(in: 1...50, using: &random)
                speed = Int.random(in: 1...40, using: &random)
            }
            if rest > 0 {
                rest -= 1
                return false
            }
            var span = output.mutableSpan
            return stream.evaluate(atMost: speed, into: &span)
        }
        Self.expectEqual(outputs, expected, least: 20)
    }

    /// In a silence of zeros nothing is evaluated, and after it a single window.
    @Test(arguments: [StreamingNetworkTests.grid(centre: 4096), .paper(stride: 64, filters: 12)])
    func zerosCostNothing(_ architecture: Architecture) throws {
        let model = try Model.random(architecture, seed: 3)
        let stream = try StreamingNetwork(model: model)
        let zeros = [Float](repeating: 0, count: Self.hop)
        let sound = zeros.indices.map { sin(Float($0)) }
        var output = [Float](repeating: 0, count: stream.outputCount)
        func process(_ hop: [Float]) {
            var span = output.mutableSpan
            stream.process(hop.span, into: &span)
        }
        for _ in 0..<100 { process(zeros) }
        #expect(stream.pending == stream.context + 1, "the windows are left out")
        let silence = output
        stream.take(sound.span)
        var span = output.mutableSpan
        let isCurrent = stream.evaluate(atMost: 1, into: &span)
        #expect(isCurrent && stream.pending == 0, "no window of zeros has to be made up for")
        for _ in 0..<model.info.window / Self.hop { process(zeros) }
        #expect(output == silence)
    }
}
