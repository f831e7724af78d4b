import Foundation
import Sound

/// The bands of the last 2048 samples, whenever a hop has come in: what every follower listens with.
///
/// Frames trail: a frame ends with the newest sample, so that nothing is waited for, and what note templates are measured with is this
/// very type. Hann window, magnitudes, ``Sound/FrequencyBands`` of their default widths; neither normalised nor compressed.
///
/// One thread at a time. Feeding and transforming allocate nothing and take no lock.
public final class SlidingSpectrum {
    /// Samples of a frame.
    public static let window = 2048
    /// Samples a hop usually has.
    public static let hop = 512
    /// Hops a second, at 44.1 kHz.
    public static let rate = 44_100.0 / Double(hop)

    /// Full scale is 1.
    private static let loudest: Float = 1e6

    /// Linear magnitudes of the bands, as of the last ``transform()``.
    public private(set) var magnitudes: [Float]
    /// Root mean square of the samples that came in last, 0...
    public private(set) var level: Float = 0

    private let layout: FrequencyBands
    private let transformer: FourierTransform
    private let taper: [Float]
    // The last samples, the oldest at `oldest`.
    private var ring: [Float]
    private var oldest = 0
    private var bins: [Float]

    /// As if silence had gone before.
    ///
    /// - Throws: `SoundError` where there is no memory for the transform.
    public init() throws(SoundError) {
        layout = FrequencyBands(window: Self.window)
        transformer = try FourierTransform(size: Self.window)
        taper = (0..<Self.window).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(Self.window))) }
        ring = [Float](repeating: 0, count: Self.window)
        bins = [Float](repeating: 0, count: layout.binCount)
        magnitudes = [Float](repeating: 0, count: layout.count)
    }

    /// Number of bands.
    public var count: Int { layout.count }

    /// Takes the next hop and measures the frame that it ends.
    public func process(_ hop: Span<Float>) {
        append(hop)
        transform()
    }

    /// Takes samples without looking at them. Those that aren't finite, or beyond all reason, count as silence.
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
        magnitudes.removeAll(keepingCapacity: true)
        bins.withUnsafeMutableBufferPointer { bins in
            for bin in bins.indices {
                let (real, imaginary) = (output[2 * bin], output[2 * bin + 1])
                bins[bin] = (real * real + imaginary * imaginary).squareRoot()
            }
            layout.append(UnsafeBufferPointer(bins), to: &magnitudes)
        }
    }

    /// As if silence had gone before.
    public func reset() {
        for index in ring.indices { ring[index] = 0 }
        for index in magnitudes.indices { magnitudes[index] = 0 }
        oldest = 0
        level = 0
    }
}
