import Foundation
import Kernels

/// Whether a patch sounds at the pitch of its keys: some soundfonts are an octave off, and labels made from their keys are wrong.
public enum PatchTuning {
    /// Keys that are listened to.
    static let keys = [48, 60, 72]
    /// Seconds of a note: the attack is left out.
    private static let listening = 0.1..<0.5
    /// Harmonics that count.
    private static let harmonics = 8

    /// Octaves by which a patch sounds above its keys: 1, 0 or -1; nil where its keys don't agree, or some are silent.
    ///
    /// Plays three notes on channel 0 of a fresh synthesiser.
    public static func octaves(_ synth: Synthesizer, program: Int) -> Int? {
        guard synth.select(.init(bank: 0, program: program), channel: 0) else { return nil }
        let blocks = Int(listening.upperBound * Double(Synthesizer.rate)) / Synthesizer.blockSize
        var scratch: [Float] = []
        var found: Set<Int?> = []
        for key in keys {
            var samples = [Float](repeating: 0, count: blocks * Synthesizer.blockSize)
            synth.noteOn(channel: 0, key: key, velocity: 90)
            samples.withUnsafeMutableBufferPointer { synth.render(blocks: blocks, into: $0, scratch: &scratch) }
            synth.noteOff(channel: 0, key: key)
            // Its end must not sound into the next.
            var rest = [Float](repeating: 0, count: blocks * Synthesizer.blockSize)
            rest.withUnsafeMutableBufferPointer { synth.render(blocks: blocks, into: $0, scratch: &scratch) }
            let start = Int(listening.lowerBound * Double(Synthesizer.rate))
            found.insert(octaves(Array(samples[start...]), frequency: 440 * exp2(Double(key - 69) / 12)))
        }
        return found.count == 1 ? found.first ?? nil : nil
    }

    /// Octaves by which a tone lies above `frequency` (Hz): 1 if it has next to nothing at the odd harmonics, -1 if most of it lies between
    /// the harmonics; nil for silence.
    static func octaves(_ samples: [Float], frequency: Double) -> Int? {
        guard samples.contains(where: { abs($0) > 1e-5 }) else { return nil }
        let tapered = samples.enumerated().map { index, sample in
            sample * Float(0.5 - 0.5 * cos(2 * .pi * (Double(index) + 0.5) / Double(samples.count)))
        }
        var (between, odd, even) = (0.0, 0.0, 0.0)
        for half in 1...2 * harmonics where frequency * Double(half) / 2 < 0.45 * Double(Synthesizer.rate) {
            let power = power(tapered, around: frequency * Double(half) / 2)
            switch (half % 2, half / 2 % 2) {
            case (1, _): between += power
            case (_, 1): odd += power
            default: even += power
            }
        }
        let sum = between + odd + even
        if between > 0.5 * sum { return -1 }
        return odd < 0.02 * (odd + even) ? 1 : 0
    }

    /// The highest power of tapered samples within 2% of a frequency: pianos are stretched, and patches are a little out of tune.
    private static func power(_ samples: [Float], around frequency: Double) -> Double {
        (-4...4).map { step in
            let angle = 2 * .pi * frequency * (1 + 0.005 * Double(step)) / Double(Synthesizer.rate)
            return nk_tone_power(samples.count, samples, angle)
        }.max() ?? 0
    }
}
