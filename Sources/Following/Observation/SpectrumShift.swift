import Foundation

/// A table that reads a spectrum of ``SlidingSpectrum/window`` samples at frequencies between its bins, so that the
/// follower sees instruments of any tuning as if A4 were 440 Hz.
///
/// Bin k of the result is the Hann-windowed transform at k times the ratio. It is exact but for the window's side lobes
/// more than seven bins away, which are left out: a product of 16 bins of the unwindowed transform with the window's
/// own spectrum. The audio isn't resampled.
///
/// Immutable: built on any thread (about 3 ms, 50 kB), then handed over to a follower.
public final class SpectrumShift: Sendable {
    /// A4 divided by 440 Hz.
    public let ratio: Double
    /// The range of ratios: a tone either way.
    public static let ratios = 0.89...1.13

    /// For each bin of the result, ``taps`` weights from its ``first`` bin on.
    let weights: [Float]
    let offsets: [Int32]
    let first: [Int32]
    let lengths: [Int32]

    /// Bins of the unwindowed spectrum per bin of the result.
    static let taps = 16
    /// Mirrored bins that precede bin 0.
    static let mirrored = taps

    /// - Parameter ratio: limited to ``ratios``.
    public init(ratio: Double) {
        self.ratio = min(max(ratio, Self.ratios.lowerBound), Self.ratios.upperBound)
        let window = SlidingSpectrum.window
        // The highest bin whose taps lie below half the sample rate.
        let count = Int(Double(window / 2 - Self.taps) / self.ratio)
        var weights: [Float] = []
        weights.reserveCapacity(count * Self.taps)
        var first: [Int32] = []
        for bin in 0..<count {
            let frequency = Double(bin) * self.ratio
            let lowest = Int(frequency.rounded(.down)) - Self.taps / 2 + 1
            first.append(Int32(lowest + Self.mirrored))
            for tap in lowest..<lowest + Self.taps {
                // The window is centred in the frame, half its length after the origin of the transform.
                let sign = tap.isMultiple(of: 2) ? 1.0 : -1.0
                weights.append(Float(sign * Self.hann(frequency - Double(tap), size: window)))
            }
        }
        self.weights = weights
        self.first = first
        offsets = (0..<count).map { Int32($0 * Self.taps) }
        lengths = [Int32](repeating: Int32(Self.taps), count: count)
    }

    /// The shift for a frequency of A4 in hertz; nil for 440.
    public static func tuning(a4: Double) -> SpectrumShift? {
        a4 == 440 ? nil : SpectrumShift(ratio: a4 / 440)
    }

    /// The spectrum of a Hann window of `size` samples around time 0, `offset` bins from its peak, divided by `size`.
    private static func hann(_ offset: Double, size: Int) -> Double {
        func dirichlet(_ x: Double) -> Double {
            // The window's first sample is 0, so that the others are symmetric.
            let denominator = tan(.pi * x / Double(size))
            return abs(denominator) < 1e-12 ? 1 : sin(.pi * x) / denominator / Double(size)
        }
        return 0.5 * dirichlet(offset) + 0.25 * (dirichlet(offset - 1) + dirichlet(offset + 1))
    }
}
