import Foundation

/// A division of a short-time spectrum into bands: one bin wide at low frequencies, a fraction of an octave wide above.
///
/// This keeps the resolution that separates notes and discards the rest: 513 bins become about 76 bands. A band is the
/// weighted sum of the magnitudes within it; bins at its edges count in part.
public struct FrequencyBands: Sendable, Hashable {
    private struct Weight: Hashable {
        var bin: Int
        var share: Float
    }

    /// The number of bands.
    public let count: Int
    /// One more than the highest bin that any band uses.
    public let binCount: Int
    private let bands: [[Weight]]

    /// - Parameters:
    ///   - window: the analysis window in samples.
    ///   - sampleRate: in Hz.
    ///   - frequencies: the range to cover in Hz, clamped to the third bin and half the sample rate.
    ///   - semitones: the minimum width of a band.
    public init(
        window: Int, sampleRate: Double = 44_100, frequencies: ClosedRange<Double> = 40...11_000,
        semitones: Double = 1
    ) {
        let resolution = sampleRate / Double(max(2, window))
        let ratio = pow(2, semitones / 24)
        let limit = Double(window / 2 - 1)
        var bands: [[Weight]] = []
        var center = max(2, frequencies.lowerBound / resolution)
        while center < min(limit, frequencies.upperBound / resolution) {
            let width = max(1, center * (ratio - 1 / ratio))
            let (low, high) = (center - width / 2, center + width / 2)
            bands.append(
                (Int(low.rounded())...Int(high.rounded())).compactMap { bin in
                    let share = min(high, Double(bin) + 0.5) - max(low, Double(bin) - 0.5)
                    return share > 0 ? Weight(bin: bin, share: Float(share)) : nil
                })
            center += width
        }
        if bands.isEmpty { bands = [[Weight(bin: 0, share: 1)]] }
        self.bands = bands
        count = bands.count
        binCount = 1 + (bands.joined().map(\.bin).max() ?? 0)
    }

    /// Appends the bands of a spectrum to `values`. `magnitudes` should have `binCount` elements; missing ones are 0.
    public func append(_ magnitudes: UnsafeBufferPointer<Float>, to values: inout [Float]) {
        for band in bands {
            var sum: Float = 0
            for weight in band where weight.bin < magnitudes.count { sum += weight.share * magnitudes[weight.bin] }
            values.append(sum)
        }
    }
}
