import Kernels
import Sound

/// The `fourier` layer: the cosine and sine sums of a block of samples.
///
/// One owner; no allocation after `init`.
public final class FixedSpectrum {
    private let transform: FourierTransform
    private let taper: [Float]

    /// - Parameters:
    ///   - width: samples per block, even.
    ///   - taper: the window function.
    /// - Throws: ``ModelError/architecture(_:)`` if a block of this width cannot be transformed.
    public init(width: Int, taper: Taper) throws(ModelError) {
        do { transform = try FourierTransform(size: width) } catch { throw .architecture("\(error)") }
        self.taper = (0..<width).map { Float(taper.factor($0, of: width)) }
    }

    /// Reads `width` samples and writes, for bins 0..<width/2, the cosine sums followed by the sine sums.
    public func evaluate(_ samples: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>) {
        let bins = taper.count / 2
        for index in taper.indices { transform.samples[index] = samples[index] * taper[index] }
        transform.forward()
        for bin in 0..<bins {
            sums[bin] = transform.spectrum[2 * bin]
            // The transform's imaginary parts are the sums with -sin.
            sums[bins + bin] = -transform.spectrum[2 * bin + 1]
        }
    }
}

extension PairRule {
    /// Combines the two halves of `channels` values into channels/2.
    public func join(_ sums: UnsafePointer<Float>, channels: Int, into joined: UnsafeMutablePointer<Float>) {
        let half = channels / 2
        switch self {
        case .power:
            for index in 0..<half {
                joined[index] = sums[index] * sums[index] + sums[half + index] * sums[half + index]
            }
        case .absolute: for index in 0..<half { joined[index] = abs(sums[index]) + abs(sums[half + index]) }
        }
    }
}
