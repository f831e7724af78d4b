import Kernels
import Sound

/// The `fourier` layer: the cosine and sine sums of a stretch of samples.
///
/// One owner; no allocation after `init`.
public final class FixedSpectrum {
    private let transform: FourierTransform
    private let taper: [Float]

    /// - Parameters:
    ///   - width: samples of the stretch, even.
    ///   - taper: what they are multiplied by.
    /// - Throws: ``ModelError/architecture(_:)`` for a width that cannot be transformed.
    public init(width: Int, taper: Taper) throws(ModelError) {
        do { transform = try FourierTransform(size: width) } catch { throw .architecture("\(error)") }
        self.taper = (0..<width).map { Float(taper.factor($0, of: width)) }
    }

    /// Takes `width` samples and writes width/2 sums with cosines and then width/2 with sines, of bins 0..<width/2.
    public func evaluate(_ samples: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>) {
        let bins = taper.count / 2
        for index in taper.indices { transform.samples[index] = samples[index] * taper[index] }
        transform.forward()
        for bin in 0..<bins {
            sums[bin] = transform.spectrum[2 * bin]
            // The transform's imaginary parts are sums with -sin.
            sums[bins + bin] = -transform.spectrum[2 * bin + 1]
        }
    }
}

extension PairRule {
    /// Joins the halves of `channels` numbers into channels/2.
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
