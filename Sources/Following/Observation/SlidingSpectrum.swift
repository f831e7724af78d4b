import Foundation
import Kernels
import Sound

/// The spectrum of the last 2048 samples in bands, updated with every hop: the input of every follower.
///
/// Frames trail: a frame ends with the newest sample, so there is no delay. Note templates are measured with this type,
/// too. It applies a Hann window and sums magnitudes into ``Sound/FrequencyBands`` of the default widths, without
/// normalisation or compression.
///
/// One thread at a time. Nothing allocates or takes a lock after `init`.
public final class SlidingSpectrum {
    /// Samples per frame.
    public static let window = 2048
    /// Samples per hop, usually.
    public static let hop = 512
    /// Hops per second at 44.1 kHz.
    public static let rate = 44_100.0 / Double(hop)

    /// The greatest valid magnitude of a sample; full scale is 1.
    private static let loudest: Float = 1e6

    /// Linear magnitudes of the bands, as of the last ``transform()``.
    public private(set) var magnitudes: [Float]
    /// Root mean square of the samples appended last; full scale is 1.
    public private(set) var level: Float = 0

    private let layout: FrequencyBands
    private let transformer: FourierTransform
    private let taper: [Float]
    // A ring of the last samples; the oldest is at `oldest`.
    private var ring: [Float]
    private var oldest = 0
    private var bins: [Float]
    private var shift: SpectrumShift?
    // The unwindowed spectrum, for a shift: mirrored bins, then those from 0 to half the sample rate.
    private var real: [Float]
    private var imaginary: [Float]

    /// Starts with silence.
    ///
    /// - Throws: `SoundError` if the transform cannot be allocated.
    public init() throws(SoundError) {
        layout = FrequencyBands(window: Self.window)
        transformer = try FourierTransform(size: Self.window)
        taper = (0..<Self.window).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(Self.window))) }
        ring = [Float](repeating: 0, count: Self.window)
        bins = [Float](repeating: 0, count: layout.binCount)
        magnitudes = [Float](repeating: 0, count: layout.count)
        real = [Float](repeating: 0, count: SpectrumShift.mirrored + Self.window / 2 + 1)
        imaginary = real
    }

    /// Measures further frames at the frequencies of another tuning; nil for A4 = 440 Hz. Allocates nothing.
    public func retune(_ shift: SpectrumShift?) { self.shift = shift }

    /// Number of bands.
    public var count: Int { layout.count }

    /// Takes the next hop and measures the frame that ends with it.
    public func process(_ hop: Span<Float>) {
        append(hop)
        transform()
    }

    /// Takes samples without measuring a frame. Samples that are not finite or exceed a magnitude of 10^6 count as
    /// silence.
    public func append(_ samples: Span<Float>) {
        var sum: Float = 0
        var next = oldest
        ring.withUnsafeMutableBufferPointer { ring in
            for index in samples.indices {
                let sample = abs(samples[index]) <= Self.loudest ? samples[index] : 0
                sum += sample * sample
                ring[next] = sample
                next = next + 1 == ring.count ? 0 : next + 1
            }
        }
        oldest = next
        level = samples.isEmpty ? 0 : (sum / Float(samples.count)).squareRoot()
    }

    /// Measures the frame of the last ``window`` samples.
    public func transform() {
        if let shift {
            transform(shift)
        } else {
            transformTapered()
        }
        magnitudes.removeAll(keepingCapacity: true)
        bins.withUnsafeBufferPointer { layout.append($0, to: &magnitudes) }
    }

    private func transformTapered() {
        let input = transformer.samples
        ring.withUnsafeBufferPointer { ring in
            taper.withUnsafeBufferPointer { taper in
                let older = ring.count - oldest
                for index in 0..<older { input[index] = ring[oldest + index] * taper[index] }
                for index in older..<ring.count { input[index] = ring[index - older] * taper[index] }
            }
        }
        transformer.forward()
        let output = transformer.spectrum
        bins.withUnsafeMutableBufferPointer { bins in
            for bin in bins.indices {
                let (real, imaginary) = (output[2 * bin], output[2 * bin + 1])
                bins[bin] = (real * real + imaginary * imaginary).squareRoot()
            }
        }
    }

    private func transform(_ shift: SpectrumShift) {
        let input = transformer.samples
        ring.withUnsafeBufferPointer { ring in
            let older = ring.count - oldest
            for index in 0..<older { input[index] = ring[oldest + index] }
            for index in older..<ring.count { input[index] = ring[index - older] }
        }
        transformer.forward()
        guard let output = transformer.spectrum.baseAddress else { return }
        let mirrored = SpectrumShift.mirrored
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                bins.withUnsafeMutableBufferPointer { bins in
                    guard let real = real.baseAddress, let imaginary = imaginary.baseAddress,
                        let powers = bins.baseAddress
                    else { return }
                    nk_split_complex(Self.window / 2 + 1, output, real + mirrored, imaginary + mirrored)
                    for bin in 1...mirrored {
                        real[mirrored - bin] = real[mirrored + bin]
                        imaginary[mirrored - bin] = -imaginary[mirrored + bin]
                    }
                    let count = min(bins.count, shift.first.count)
                    nk_band_powers(
                        count, real, imaginary, shift.weights, shift.offsets, shift.first, shift.lengths, 0, 1, powers)
                    for bin in 0..<count { bins[bin] = bins[bin].squareRoot() }
                }
            }
        }
    }

    /// Returns to the initial state: silence.
    public func reset() {
        for index in ring.indices { ring[index] = 0 }
        for index in magnitudes.indices { magnitudes[index] = 0 }
        oldest = 0
        level = 0
    }
}
