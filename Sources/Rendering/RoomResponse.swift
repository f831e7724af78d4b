import Foundation
import Synthesis

/// The impulse response of a synthetic room: direct sound, twelve early reflections, and exponentially decaying noise
/// whose treble decays twice as fast.
struct RoomResponse: Sendable {
    /// Sampled at 44.1 kHz. The direct sound is the first sample, with gain 1, so nothing is delayed.
    let samples: [Float]

    /// - Parameters:
    ///   - decay: reverberation time (60 dB), in seconds.
    ///   - wet: energy of the reverberation relative to the direct sound, in dB.
    init(decay: Double, wet: Double, random: inout RenderRandom) {
        let rate = Double(Synthesizer.rate)
        let count = Int(0.8 * decay * rate) + Int(0.06 * rate)
        var room = [Float](repeating: 0, count: count)
        // First reflections arrive later in larger rooms.
        let first = 0.002 + 0.008 * min(decay, 2)
        for _ in 0..<12 {
            let delay = first + random.uniform(0, 0.05)
            let gain = (random.chance(0.5) ? 1.0 : -1.0) * random.uniform(0.4, 1) * first / delay
            room[min(count - 1, Int(delay * rate))] += Float(3 * gain)
        }
        let loss = pow(10, -3 / (decay * rate))
        var full = 1.0
        var treble = 1.0
        var low = 0.0
        let start = Int(first * rate)
        for index in start..<count {
            let noise = random.normal()
            low += 0.25 * (noise - low)
            let diffuse = min(1, Double(index - start) / (0.02 * rate))
            room[index] += Float(0.2 * diffuse * (full * low + treble * (noise - low)))
            full *= loss
            treble *= loss * loss
        }
        let energy = room.reduce(0) { $0 + $1 * $1 }
        let gain = Float(pow(10, wet / 20)) / max(energy.squareRoot(), 1e-9)
        var samples = room.map { $0 * gain }
        samples[0] = 1
        self.samples = samples
    }
}
