import Foundation
import Testing

@testable import Networks

struct LevelConditionerTests {
    static func condition(_ samples: [Float], _ conditioning: LevelConditioning = LevelConditioning()) -> [Float] {
        var conditioner = LevelConditioner(conditioning, hop: 512, sampleRate: 44100)
        var result: [Float] = []
        for start in stride(from: 0, to: samples.count, by: 512) {
            var part = Array(samples[start..<start + 512])
            var span = part.mutableSpan
            conditioner.process(&span)
            result += part
        }
        return result
    }

    static func tone(_ amplitude: Float, hops: Int) -> [Float] {
        (0..<hops * 512).map { amplitude * Float(sin(2 * .pi * 440 * Double($0) / 44100)) }
    }

    /// A level difference of 40 dB at the input disappears at the output.
    @Test(arguments: [Float(0.9), 0.1, 0.009])
    func bringsToneToTarget(amplitude: Float) {
        let output = Self.condition(Self.tone(amplitude, hops: 200)).suffix(512 * 50)
        let rms = (output.reduce(0) { $0 + $1 * $1 } / Float(output.count)).squareRoot()
        #expect(abs(rms - 0.1) < 0.003)
    }

    @Test func leavesNoiseFloorLow() {
        let output = Self.condition(Self.tone(0.0001, hops: 2000)).suffix(512)
        #expect((output.map(abs).max() ?? 0) < 0.0001 * 0.1 / 0.002 * 1.01)
    }

    /// Later samples must not change earlier output: the gain is causal, to the hop.
    @Test func isCausal() {
        let quiet = Self.tone(0.05, hops: 40)
        let loud = Self.tone(0.8, hops: 40)
        let alone = Self.condition(quiet)
        #expect(Array(Self.condition(quiet + loud).prefix(quiet.count)) == alone)
    }

    @Test func silenceStaysSilent() {
        #expect(Self.condition([Float](repeating: 0, count: 5120)).allSatisfy { $0 == 0 })
    }
}
