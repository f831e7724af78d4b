import Foundation
import Kernels
import Sound

/// Computes a ``FilterBank``: one transform of the segment, then for each band a short sparse product with its spectrum.
///
/// The filters are defined by these products: bins of a window's spectrum that are below ``leakage`` of its peak are left out. One owner; no
/// allocation after `init`.
public final class BankTransform {
    public let bank: FilterBank
    private let transform: FourierTransform
    private let filters: [Filters]

    /// What a dropped bin of a filter's spectrum is smaller than, relative to the largest.
    static let leakage = 1e-3

    /// The filters of one resolution, as `nk_band_powers` takes them.
    private struct Filters {
        var weights: [Float] = []
        var offsets: [Int32] = []
        var first: [Int32] = []
        var lengths: [Int32] = []
        /// Whether some window isn't about the common centre, so that spectra have imaginary parts.
        var isComplex = false
    }

    private let real: Scratch
    private let imaginary: Scratch
    /// Bins of a spectrum, with room for whole vectors behind them.
    private static func room(_ segment: Int) -> Int { segment / 2 + 1 + vector }
    private static let vector = 16

    /// - Throws: ``ModelError/architecture(_:)`` for a segment that cannot be transformed.
    public init(_ bank: FilterBank) throws(ModelError) {
        self.bank = bank
        do { transform = try FourierTransform(size: bank.segment) } catch { throw .architecture("\(error)") }
        filters = bank.resolutions.map { Self.filters(bank, $0) }
        real = Scratch(Self.room(bank.segment))
        imaginary = Scratch(Self.room(bank.segment))
    }

    /// Takes `bank.segment` samples and writes `bank.bands` bands of as many numbers as there are resolutions.
    ///
    /// - Parameter response: a factor of the power in each band, as a room or a microphone would have; nil leaves them as they are.
    public func evaluate(
        _ samples: UnsafePointer<Float>, through response: UnsafePointer<Float>? = nil,
        into bands: UnsafeMutablePointer<Float>
    ) {
        // Rotated so that a window about the centre is one about time 0, whose spectrum is real.
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

    /// The spectra of all bands' windows.
    ///
    /// A Hann window of width L about time c, times exp(2 pi i f t), has the spectrum W(k / N - f) exp(-2 pi i (k / N - f) c), with
    /// W the sum of three Dirichlet kernels; it is summed here as it is defined, over the window's samples.
    private static func filters(_ bank: FilterBank, _ resolution: FilterBank.Resolution) -> Filters {
        var result = Filters()
        let size = bank.segment
        let widths = (0..<bank.bands).map { resolution.width(at: bank.frequency($0)) }
        // Samples that a window's centre lies before the common one, because there is nothing later to hear.
        let early = widths.map { max(0, bank.centre + $0 / 2 - size) }
        result.isComplex = early.contains { $0 > 0 }
        for band in 0..<bank.bands {
            let frequency = bank.frequency(band)
            // The main lobe and as many side lobes as matter lie well within this.
            let halfBins = Double(size) / Double(widths[band]) * 12
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

    /// The transform of a Hann window of `width` samples about time 0 at `offset` cycles a sample from its centre, scaled so that the filter
    /// answers a sine of amplitude 1 at its centre with magnitude 1.
    private static func response(_ width: Int, _ offset: Double) -> Double {
        func dirichlet(_ x: Double) -> Double {
            let denominator = sin(.pi * x)
            return abs(denominator) < 1e-12 ? Double(width) : sin(.pi * x * Double(width)) / denominator
        }
        let side = 1 / Double(width)
        let sum = 0.5 * dirichlet(offset) + 0.25 * (dirichlet(offset - side) + dirichlet(offset + side))
        // The window's samples sum to width / 2, and a real sine has half its amplitude at positive frequencies.
        return sum * 2 / (Double(width) / 2)
    }
}
