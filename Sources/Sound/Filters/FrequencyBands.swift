import Foundation

/// Bands that divide the frequencies of a short-time spectrum: as narrow as its bins below, as a part of an octave above.
///
/// Keeps what tells notes apart and drops what doesn't: 513 bins become some 76 bands. A band is the sum of the magnitudes within it,
/// bins at its edges counting in part.
public struct FrequencyBands: Sendable, Hashable {
    private struct Weight: Hashable {
        var bin: Int
        var share: Float
    }

    /// Number of bands.
    public let count: Int
    /// The first bin that no band needs.
    public let binCount: Int
    private let bands: [[Weight]]

    /// - Parameters:
    ///   - window: of the spectrum, in samples.
    ///   - sampleRate: in Hz.
    ///   - frequencies: from the third bin at least, to half the sample rate at most, in Hz.
    ///   - semitones: least width of a band.
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

    /// Adds up a spectrum's magnitudes, of which there must be `binCount`, and appends the bands.
    public func append(_ magnitudes: UnsafeBufferPointer<Float>, to values: inout [Float]) {
        for band in bands {
            var sum: Float = 0
            for weight in band where weight.bin < magnitudes.count { sum += weight.share * magnitudes[weight.bin] }
            values.append(sum)
        }
    }
}
