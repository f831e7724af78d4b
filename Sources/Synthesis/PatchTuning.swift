import Foundation
import Kernels

/// Detects patches that sound an octave off, for which labels made from MIDI keys would be wrong.
public enum PatchTuning {
    /// The keys that are measured.
    static let keys = [48, 60, 72]
    /// The measured part of a note in seconds, excluding the attack.
    private static let measuredInterval = 0.1..<0.5
    /// The number of harmonics to evaluate.
    private static let harmonics = 8

    /// The octaves by which a patch sounds above its keys: 1, 0 or -1; nil if the keys disagree or one is silent.
    ///
    /// Plays three notes on channel 0, and needs a fresh synthesiser.
    public static func octaves(_ synth: Synthesizer, program: Int) -> Int? {
        guard synth.select(.init(bank: 0, program: program), channel: 0) else { return nil }
        let blocks = Int(measuredInterval.upperBound * Double(Synthesizer.rate)) / Synthesizer.blockSize
        var scratch: [Float] = []
        var found: Set<Int?> = []
        for key in keys {
            var samples = [Float](repeating: 0, count: blocks * Synthesizer.blockSize)
            synth.noteOn(channel: 0, key: key, velocity: 90)
            samples.withUnsafeMutableBufferPointer { synth.render(blocks: blocks, into: $0, scratch: &scratch) }
            synth.noteOff(channel: 0, key: key)
            // The release must not overlap the next note.
            var rest = [Float](repeating: 0, count: blocks * Synthesizer.blockSize)
            rest.withUnsafeMutableBufferPointer { synth.render(blocks: blocks, into: $0, scratch: &scratch) }
            let start = Int(measuredInterval.lowerBound * Double(Synthesizer.rate))
            found.insert(octaves(Array(samples[start...]), frequency: 440 * exp2(Double(key - 69) / 12)))
        }
        return found.count == 1 ? found.first ?? nil : nil
    }

    /// The octaves by which a tone is above `frequency` (Hz): 1 if its odd harmonics are nearly absent, -1 if most of
    /// its power is between the harmonics, else 0; nil for silence.
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

    /// The peak power of tapered samples within 2% of a frequency: piano tunings are stretched, and patches are
    /// slightly out of tune.
    private static func power(_ samples: [Float], around frequency: Double) -> Double {
        (-4...4).map { step in
            let angle = 2 * .pi * frequency * (1 + 0.005 * Double(step)) / Double(Synthesizer.rate)
            return nk_tone_power(samples.count, samples, angle)
        }.max() ?? 0
    }
}
