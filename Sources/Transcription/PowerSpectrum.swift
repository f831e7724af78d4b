import Foundation
import Sound

/// The power spectrum of a block of samples under a Hann window.
///
/// A sine of RMS r at the centre of a bin has power r² there, whatever the length. One owner at a time;
/// ``process(_:into:)`` allocates nothing and takes no lock.
final class PowerSpectrum {
    /// Samples per block.
    let length: Int
    /// The number of bins, `length / 2 + 1`, from 0 Hz to half the sample rate.
    var binCount: Int { length / 2 + 1 }

    private let transform: FourierTransform
    private let window: [Float]

    /// - Parameter length: even, at least 2. Products of small primes are fastest.
    /// - Throws: `SoundError` for a length that cannot be transformed.
    init(length: Int) throws(SoundError) {
        transform = try FourierTransform(size: length)
        self.length = length
        // The Hann window sums to length / 2, and a sine of amplitude a contributes a / 2 times that sum.
        let scale = 2.squareRoot() / (Double(length) / 2)
        window = (0..<length).map { Float(scale * (0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(length)))) }
    }

    /// Writes ``binCount`` powers for ``length`` samples. Does nothing if either span has another size.
    func process(_ samples: Span<Float>, into power: inout MutableSpan<Float>) {
        guard samples.count == length, power.count == binCount else { return }
        let (input, output) = (transform.samples, transform.spectrum)
        for index in samples.indices { input[index] = samples[index] * window[index] }
        transform.forward()
        for bin in power.indices {
            power[bin] = output[2 * bin] * output[2 * bin] + output[2 * bin + 1] * output[2 * bin + 1]
        }
    }
}
