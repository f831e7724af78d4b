/// How long after its note-on each note of a preset can be heard.
///
/// Measured: the single note is rendered for 0.3 s. The lag is the time at which the waveform first reaches a share of its greatest magnitude
/// in that time, unless said otherwise a quarter (-12 dB). That gives 1 to 8 ms for most pianos, 10 to 60 ms for bowed strings and up to
/// 80 ms for low winds. Every key is measured, as neighbours may be different recordings, at two velocities.
public struct AttackLag: Sendable {
    public static let threshold: Float = 0.25
    /// The notes of the piano, which are those measured.
    public static let keys = 21...108
    /// Seconds; nothing is said to lag more.
    public static let maximum = 0.08
    private static let window = 0.3
    private static let velocities = [48, 96]

    // Seconds, for each velocity and each of ``keys``.
    private let table: [[Double]]

    /// Measures all notes, in 0.1 to 0.5 s of work. The synthesiser must be fresh for the result to be always the same.
    ///
    /// - Parameter threshold: the share of the greatest magnitude at which a note sounds, 0 to 1.
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

    /// Seconds from note-on until the note sounds.
    public func seconds(key: Int, velocity: Int) -> Double {
        guard Self.keys.contains(key) else { return 0 }
        let row = velocity < (Self.velocities[0] + Self.velocities[1]) / 2 ? 0 : 1
        return table[row][key - Self.keys.lowerBound]
    }
}

extension Collection<Float> {
    /// How many samples go by before the magnitude first reaches a share of its greatest value.
    func rise(to share: Float) -> Int {
        let level = share * reduce(0) { Swift.max($0, abs($1)) }
        guard level > 0, let index = firstIndex(where: { abs($0) >= level }) else { return 0 }
        return distance(from: startIndex, to: index)
    }
}
