import Foundation

/// A second-order filter in transposed direct form II, with the designs of Robert Bristow-Johnson's Audio EQ
/// Cookbook.
public struct Biquad: Sendable {
    private let b0, b1, b2, a1, a2: Float
    private var s1: Float = 0
    private var s2: Float = 0

    /// Coefficients of H(z) = (b0 + b1/z + b2/z^2) / (a0 + a1/z + a2/z^2).
    public init(b: (Double, Double, Double), a: (Double, Double, Double)) {
        b0 = Float(b.0 / a.0)
        b1 = Float(b.1 / a.0)
        b2 = Float(b.2 / a.0)
        a1 = Float(a.1 / a.0)
        a2 = Float(a.2 / a.0)
    }

    /// -3 dB at `frequency` for a `quality` of 0.7071, falling by 12 dB per octave above it.
    public static func lowPass(frequency: Double, quality: Double = 0.5.squareRoot(), rate: Double) -> Biquad {
        let (cosine, alpha) = angles(frequency, quality, rate)
        let edge = (1 - cosine) / 2
        return Biquad(b: (edge, 1 - cosine, edge), a: (1 + alpha, -2 * cosine, 1 - alpha))
    }

    /// -3 dB at `frequency` for a `quality` of 0.7071, falling by 12 dB per octave below it.
    public static func highPass(frequency: Double, quality: Double = 0.5.squareRoot(), rate: Double) -> Biquad {
        let (cosine, alpha) = angles(frequency, quality, rate)
        let edge = (1 + cosine) / 2
        return Biquad(b: (edge, -1 - cosine, edge), a: (1 + alpha, -2 * cosine, 1 - alpha))
    }

    /// A peak of `gain` dB at `frequency`.
    public static func peak(frequency: Double, gain: Double, quality: Double, rate: Double) -> Biquad {
        let (cosine, alpha) = angles(frequency, quality, rate)
        let a = pow(10, gain / 40)
        return Biquad(
            b: (1 + alpha * a, -2 * cosine, 1 - alpha * a), a: (1 + alpha / a, -2 * cosine, 1 - alpha / a))
    }

    /// `gain` dB below `frequency`, and half of that at `frequency`.
    public static func lowShelf(frequency: Double, gain: Double, rate: Double) -> Biquad {
        let (cosine, alpha) = angles(frequency, 0.5.squareRoot(), rate)
        let a = pow(10, gain / 40)
        let slope = 2 * a.squareRoot() * alpha
        return Biquad(
            b: (
                a * ((a + 1) - (a - 1) * cosine + slope), 2 * a * ((a - 1) - (a + 1) * cosine),
                a * ((a + 1) - (a - 1) * cosine - slope)
            ),
            a: (
                (a + 1) + (a - 1) * cosine + slope, -2 * ((a - 1) + (a + 1) * cosine),
                (a + 1) + (a - 1) * cosine - slope
            ))
    }

    /// `gain` dB above `frequency`, and half of that at `frequency`.
    public static func highShelf(frequency: Double, gain: Double, rate: Double) -> Biquad {
        let (cosine, alpha) = angles(frequency, 0.5.squareRoot(), rate)
        let a = pow(10, gain / 40)
        let slope = 2 * a.squareRoot() * alpha
        return Biquad(
            b: (
                a * ((a + 1) + (a - 1) * cosine + slope), -2 * a * ((a - 1) + (a + 1) * cosine),
                a * ((a + 1) + (a - 1) * cosine - slope)
            ),
            a: (
                (a + 1) - (a - 1) * cosine + slope, 2 * ((a - 1) - (a + 1) * cosine),
                (a + 1) - (a - 1) * cosine - slope
            ))
    }

    private static func angles(_ frequency: Double, _ quality: Double, _ rate: Double) -> (Double, Double) {
        // A design frequency at or above Nyquist is meaningless: clamp it just below.
        let angle = 2 * Double.pi * min(max(frequency, 1), 0.49 * rate) / rate
        return (cos(angle), sin(angle) / (2 * max(quality, 1e-3)))
    }

    /// Filters in place, keeping state between blocks. Allocates nothing.
    public mutating func process(_ samples: inout MutableSpan<Float>) {
        for index in 0..<samples.count {
            let input = samples[index]
            let output = b0 * input + s1
            s1 = b1 * input - a1 * output + s2
            s2 = b2 * input - a2 * output
            samples[index] = output
        }
    }
}
