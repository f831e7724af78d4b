/// The delay from note-on to the audible onset of each note of a preset.
///
/// Each note is rendered alone for 0.3 s. Its lag is the time at which the waveform first reaches a fraction, by
/// default a quarter (-12 dB), of its peak magnitude. Typical lags are 1 to 8 ms for pianos, 10 to 60 ms for bowed
/// strings and up to 80 ms for low winds. Every key is measured, since neighbouring keys may use different recordings,
/// at two velocities.
public struct AttackLag: Sendable {
    public static let threshold: Float = 0.25
    /// The measured keys: the range of the piano.
    public static let keys = 21...108
    /// Upper limit of a lag, in seconds.
    public static let maximum = 0.08
    private static let window = 0.3
    private static let velocities = [48, 96]

    // Seconds, by velocity and key.
    private let table: [[Double]]

    /// Measures all notes, which takes 0.1 to 0.5 s. The result is reproducible only on a fresh synthesiser.
    ///
    /// - Parameter threshold: the fraction of the peak magnitude that marks the onset, 0...1.
    public init(of preset: Synthesizer.Preset, on synth: Synthesizer, threshold: Float = AttackLag.threshold) {
        let blocks = Int(Self.window * Double(Synthesizer.rate)) / Synthesizer.blockSize
        var samples = [Float](repeating: 0, count: blocks * Synthesizer.blockSize)
        var scratch: [Float] = []
        table = Self.velocities.map { velocity in
            Self.keys.map { key in
                synth.reset()
                guard synth.select(preset, channel: 0) else { return 0 }
                synth.noteOn(channel: 0, key: key, velocity: velocity)
                samples.withUnsafeMutableBufferPointer { synth.render(blocks: blocks, into: $0, scratch: &scratch) }
                return Self.lag(samples, threshold)
            }
        }
    }

    private static func lag(_ samples: [Float], _ threshold: Float) -> Double {
        min(maximum, Double(samples.rise(to: threshold)) / Double(Synthesizer.rate))
    }

    /// Seconds from note-on to the audible onset.
    public func seconds(key: Int, velocity: Int) -> Double {
        guard Self.keys.contains(key) else { return 0 }
        let row = velocity < (Self.velocities[0] + Self.velocities[1]) / 2 ? 0 : 1
        return table[row][key - Self.keys.lowerBound]
    }
}

extension Collection<Float> {
    /// The number of samples before the magnitude first reaches a fraction of its peak.
    func rise(to share: Float) -> Int {
        let level = share * reduce(0) { Swift.max($0, abs($1)) }
        guard level > 0, let index = firstIndex(where: { abs($0) >= level }) else { return 0 }
        return distance(from: startIndex, to: index)
    }
}
