import Foundation
import Kernels
import Sound

/// Computes a ``FilterBank``: one transform of the segment, then for each band a short sparse product with the
/// spectrum.
///
/// These products define the filters: spectrum bins of a window below ``leakage`` of its peak are left out. One owner;
/// no allocation after `init`.
public final class BankTransform {
    public let bank: FilterBank
    private let transform: FourierTransform
    private let filters: [Filters]

    /// Bins of a filter's spectrum smaller than this, relative to the largest, are dropped.
    static let leakage = 1e-3

    /// The filters of one resolution, laid out for `nk_band_powers`.
    private struct Filters {
        var weights: [Float] = []
        var offsets: [Int32] = []
        var first: [Int32] = []
        var lengths: [Int32] = []
        /// Whether some windows are off the common centre, so that their spectra are complex.
        var isComplex = false
    }

    private let real: Scratch
    private let imaginary: Scratch
    /// The bins of a spectrum, padded for whole vectors.
    private static func paddedBins(_ segment: Int) -> Int { segment / 2 + 1 + vector }
    private static let vector = 16

    /// - Throws: ``ModelError/architecture(_:)`` if a segment of this size cannot be transformed.
    public init(_ bank: FilterBank) throws(ModelError) {
        self.bank = bank
        do { transform = try FourierTransform(size: bank.segment) } catch { throw .architecture("\(error)") }
        filters = bank.resolutions.map { Self.filters(bank, $0) }
        real = Scratch(Self.paddedBins(bank.segment))
        imaginary = Scratch(Self.paddedBins(bank.segment))
    }

    /// Reads `bank.segment` samples and writes `bank.bands` bands of one value per resolution.
    ///
    /// - Parameter response: a factor for the power of each band, to simulate a room or a microphone; nil for none.
    public func evaluate(
        _ samples: UnsafePointer<Float>, through response: UnsafePointer<Float>? = nil,
        into bands: UnsafeMutablePointer<Float>
    ) {
        // Rotated so that the common centre is time 0: the spectra of windows around it are real.
        let count = bank.segment
        let rotation = bank.centre % count
        guard let target = transform.samples.baseAddress, let spectrum = transform.spectrum.baseAddress else { return }
        target.update(from: samples + rotation, count: count - rotation)
        (target + count - rotation).update(from: samples, count: rotation)
        transform.forward()
        nk_split_complex(count / 2 + 1, spectrum, real.pointer, imaginary.pointer)
        let maps = filters.count
        for (index, filters) in filters.enumerated() {
            nk_band_powers(
                bank.bands, real.pointer, imaginary.pointer, filters.weights, filters.offsets, filters.first,
                filters.lengths, filters.isComplex ? 1 : 0, maps, bands + index)
        }
        if let response {
            for band in 0..<bank.bands {
                for map in 0..<maps { bands[band * maps + map] *= response[band] }
            }
        }
        nk_compress(bank.bands * maps, Float(1 / bank.floor), Float(bank.scale), bands)
    }

    /// The spectra of the windows of all bands.
    ///
    /// A Hann window of width L around time c, times exp(2 pi i f t), has the spectrum W(k / N - f) exp(-2 pi i (k / N
    /// - f) c), where W is the sum of three Dirichlet kernels.
    private static func filters(_ bank: FilterBank, _ resolution: FilterBank.Resolution) -> Filters {
        var result = Filters()
        let size = bank.segment
        let widths = (0..<bank.bands).map { resolution.width(at: bank.frequency($0)) }
        // The distance, in samples, of each window's centre before the common one: a window may not reach beyond the
        // segment.
        let early = widths.map { max(0, bank.centre + $0 / 2 - size) }
        result.isComplex = early.contains { $0 > 0 }
        for band in 0..<bank.bands {
            let frequency = bank.frequency(band)
            let halfBins = Double(size) / Double(widths[band]) * Double(FilterBank.halfBins)
            let middle = frequency * Double(size)
            let low = max(0, Int((middle - halfBins).rounded(.down)))
            let high = min(size / 2, Int((middle + halfBins).rounded(.up)))
            func offset(_ bin: Int) -> Double { Double(bin) / Double(size) - frequency }
            var bins = (low...high).map { ($0, response(widths[band], offset($0)) / Double(size)) }
            let peak = bins.reduce(0) { max($0, abs($1.1)) }
            while let last = bins.last, abs(last.1) < leakage * peak { bins.removeLast() }
            while let first = bins.first, abs(first.1) < leakage * peak { bins.removeFirst() }
            let length = (bins.count + vector - 1) / vector * vector
            var real = [Float](repeating: 0, count: length)
            var imaginary = real
            for (index, (bin, value)) in bins.enumerated() {
                // The conjugate of the window's spectrum.
                let angle = -2 * .pi * offset(bin) * Double(early[band])
                real[index] = Float(value * cos(angle))
                imaginary[index] = Float(value * sin(angle))
            }
            result.offsets.append(Int32(result.weights.count))
            result.first.append(Int32(bins.first?.0 ?? 0))
            result.lengths.append(Int32(length))
            result.weights += result.isComplex ? real + imaginary : real
        }
        return result
    }

    /// The spectrum of a Hann window of `width` samples around time 0, at `offset` cycles per sample from the filter's
    /// frequency. Scaled so that the filter responds to a sine of amplitude 1 at that frequency with magnitude 1.
    private static func response(_ width: Int, _ offset: Double) -> Double {
        func dirichlet(_ x: Double) -> Double {
            let denominator = sin(.pi * x)
            return abs(denominator) < 1e-12 ? Double(width) : sin(.pi * x * Double(width)) / denominator
        }
        let side = 1 / Double(width)
        let sum = 0.5 * dirichlet(offset) + 0.25 * (dirichlet(offset - side) + dirichlet(offset + side))
        // The window sums to width / 2, and a real sine has half its amplitude at positive frequencies.
        return sum * 2 / (Double(width) / 2)
    }
}
