import Basics
import Foundation

/// Test signals at 44.1 kHz.
enum Signals {
    static let rate = 44100.0

    static func amplitude(_ decibels: Double) -> Float { Float(pow(10, decibels / 20)) }

    /// Scales to an RMS in dBFS.
    static func scaled(_ samples: [Float], to decibels: Double) -> [Float] {
        var sum: Float = 0
        for index in samples.indices { sum += samples[index] * samples[index] }
        guard sum > 0 else { return samples }
        let gain = Float(pow(10, decibels / 20)) / (sum / Float(samples.count)).squareRoot()
        var result = samples
        for index in result.indices { result[index] *= gain }
        return result
    }

    /// Approximately Gaussian white noise: sums of four uniform numbers.
    static func white(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SplitMix64(seed: seed)
        var result = [Float](repeating: 0, count: count)
        var index = 0
        // Plain loops, because tests run without optimisation, where a closure call per sample takes seconds.
        while index < count {
            let bits = generator.next()
            let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
            result[index] = Float(sum) / 65536 - 2
            index += 1
        }
        return result
    }

    /// Noise that falls by 3 dB per octave: a Voss-McCartney sum of twelve white sources, each updated half as often as
    /// the one before.
    static func pink(_ count: Int, seed: UInt64) -> [Float] {
        let source = white(count, seed: seed)
        var rows = [Float](repeating: 0, count: 12)
        var result = [Float](repeating: 0, count: count)
        var sum: Float = 0
        for index in 0..<count {
            let row = min((index + 1).trailingZeroBitCount, rows.count - 1)
            sum += source[index] - rows[row]
            rows[row] = source[index]
            result[index] = sum
        }
        return result
    }

    /// White noise through `order` one-pole low-passes at `hertz`, 6 dB per octave each. One at 20 Hz gives brown
    /// noise; two at 400 Hz sound like a fan.
    static func lowPassed(_ count: Int, seed: UInt64, hertz: Double, order: Int) -> [Float] {
        var samples = white(count, seed: seed)
        let factor = Float(1 - exp(-2 * .pi * hertz / rate))
        for _ in 0..<order {
            var state: Float = 0
            for index in samples.indices {
                state += (samples[index] - state) * factor
                samples[index] = state
            }
        }
        return samples
    }

    /// A tone of up to 12 harmonics below 8 kHz, the nth with amplitude 1/n, that rises within 20 ms.
    static func tone(_ hertz: Double, seconds: Double) -> [Float] {
        var result = [Float](repeating: 0, count: Int(seconds * rate))
        let partials = max(1, min(12, Int(8000 / hertz)))
        var partial = 1
        while partial <= partials {
            // sin((n + 1) w) = 2 cos(w) sin(n w) - sin((n - 1) w)
            let step = 2 * .pi * hertz * Double(partial) / rate
            let factor = 2 * cos(step)
            var (last, current) = (0.0, sin(step) / Double(partial))
            var index = 0
            while index < result.count {
                result[index] += Float(last)
                (last, current) = (current, factor * current - last)
                index += 1
            }
            partial += 1
        }
        let swell = Int(0.02 * rate)
        for index in 0..<min(swell, result.count) { result[index] *= Float(index) / Float(swell) }
        return result
    }

    static func hertz(_ pitch: Int) -> Double { 440 * pow(2, Double(pitch - 69) / 12) }

    static func chord(_ pitches: [Int], seconds: Double) -> [Float] {
        pitches.dropFirst().reduce(tone(hertz(pitches[0]), seconds: seconds)) {
            mixed($0, tone(hertz($1), seconds: seconds))
        }
    }

    static func silence(_ seconds: Double) -> [Float] { [Float](repeating: 0, count: Int(seconds * rate)) }

    static func mixed(_ a: [Float], _ b: [Float]) -> [Float] {
        var result = a
        for index in 0..<min(a.count, b.count) { result[index] += b[index] }
        return result
    }
}
