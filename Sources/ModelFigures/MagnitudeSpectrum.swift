/// The magnitudes of a filter's Fourier transform, from 0 Hz to half the sample rate.
public struct MagnitudeSpectrum: Sendable, Equatable {
    /// The magnitudes of bins 0...size/2.
    public let magnitudes: [Double]
    /// Hertz between adjacent bins.
    public let binWidth: Double

    /// - Parameters:
    ///   - interleaved: the real and imaginary parts of bins 0...size/2, interleaved.
    ///   - size: the size of the transform in samples, including zero padding.
    ///   - sampleRate: hertz.
    public init(interleaved: some Sequence<Float>, size: Int, sampleRate: Double) {
        var magnitudes: [Double] = []
        var real: Double?
        for value in interleaved {
            if let part = real {
                magnitudes.append((part * part + Double(value) * Double(value)).squareRoot())
                real = nil
            } else {
                real = Double(value)
            }
        }
        self.magnitudes = magnitudes
        binWidth = sampleRate / Double(max(size, 1))
    }

    /// The transform size for a filter of `width` samples, after zero padding: a power of two at least four times as
    /// large, so that the curve is smooth and its peak is accurate to a few hertz.
    public static func paddedSize(for width: Int) -> Int {
        var size = 8
        while size < 4 * width, size < 1 << 22 { size *= 2 }
        return size
    }

    /// The frequency of the largest magnitude in hertz, refined by a parabola through the peak bin and its neighbours.
    ///
    /// Nil if all magnitudes are zero or any is not finite.
    public var dominantFrequency: Double? {
        guard magnitudes.allSatisfy(\.isFinite) else { return nil }
        guard let peak = magnitudes.indices.max(by: { magnitudes[$0] < magnitudes[$1] }), magnitudes[peak] > 0 else {
            return nil
        }
        guard peak > 0, peak + 1 < magnitudes.count else { return Double(peak) * binWidth }
        let (a, b, c) = (magnitudes[peak - 1], magnitudes[peak], magnitudes[peak + 1])
        let bend = a - 2 * b + c
        let shift = bend < 0 ? (a - c) / (2 * bend) : 0
        return (Double(peak) + min(max(shift, -0.5), 0.5)) * binWidth
    }
}
