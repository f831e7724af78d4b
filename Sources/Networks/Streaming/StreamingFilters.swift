import Foundation
import Kernels

/// Computes the new filter responses of one or several hops by polyphase transforms.
///
/// The samples are split into `stride` phases, so that a strided correlation is the sum of the phases' plain
/// correlations. Their spectra are multiplied and added for all filters at once: one matrix product per frequency, with
/// the filters' spectra as the constant side. Only the wanted positions are transformed back, by a product with a table
/// of cosines and sines; symmetry about the middle position halves that work.
///
/// Cost per hop: 8 x bins x stride x filters + 2 x bins x positions x filters operations; at stride 64 a third of the
/// direct form's. One owner; no allocation after `init`.
final class StreamingFilters {
    private let geometry: StreamGeometry
    private let taps: Int
    private let bins: Int
    /// Samples per phase that the new positions depend on.
    private let span: Int
    private let forward: PackedMatrix
    private let spectra: [PackedMatrix]
    private let cosines: Scratch
    private let sines: Scratch
    private let phases: Scratch
    private let phaseSpectra: Scratch
    private let factors: Scratch
    private let sums: Scratch
    private let even: Scratch
    private let odd: Scratch
    private let paddedFilters: Int
    /// The maximum number of hops per call of ``process(_:hops:into:pitch:_:)``.
    let capacity: Int

    /// - Parameters:
    ///   - weights: `[filters][width]`.
    ///   - capacity: the maximum number of hops per call. The weights are read once per call.
    init(_ geometry: StreamGeometry, weights: [Float], capacity: Int = 1) {
        self.geometry = geometry
        self.capacity = capacity
        let taps = geometry.width / geometry.stride
        let half = geometry.positions / 2
        let span = geometry.positions + taps - 1
        let length = span + span % 2
        let bins = length / 2 + 1
        let filters = geometry.filters
        self.taps = taps
        self.span = span
        self.bins = bins
        paddedFilters = (filters + NK_PANEL - 1) / NK_PANEL * NK_PANEL
        func angle(_ bin: Int, _ index: Int) -> Double {
            2 * .pi * Double((((bin * index) % length) + length) % length) / Double(length)
        }

        // Transforms phase samples to spectra; the middle position counts as time 0.
        var table = [Float](repeating: 0, count: span * 2 * bins)
        for index in 0..<span {
            for bin in 0..<bins {
                table[index * 2 * bins + bin] = Float(cos(angle(bin, index - half)))
                table[index * 2 * bins + bins + bin] = Float(-sin(angle(bin, index - half)))
            }
        }
        forward = PackedMatrix(table, rows: span, columns: 2 * bins)

        // The filters' spectra, scaled for the inverse transform. Inner bins also stand for their mirror images.
        spectra = (0..<bins).map { bin in
            let scale = (bin == 0 || bin == length / 2 ? 1.0 : 2.0) / Double(length)
            let cosine = (0..<taps).map { Float(scale * cos(angle(bin, $0))) }
            let sine = (0..<taps).map { Float(-scale * sin(angle(bin, $0))) }
            var matrix = [Float](repeating: 0, count: 2 * geometry.stride * filters)
            for phase in 0..<geometry.stride {
                for filter in 0..<filters {
                    var real: Float = 0
                    var imaginary: Float = 0
                    for tap in 0..<taps {
                        let weight = weights[filter * geometry.width + tap * geometry.stride + phase]
                        real += cosine[tap] * weight
                        imaginary += sine[tap] * weight
                    }
                    matrix[phase * filters + filter] = real
                    matrix[(geometry.stride + phase) * filters + filter] = imaginary
                }
            }
            return PackedMatrix(matrix, rows: 2 * geometry.stride, columns: filters)
        }

        cosines = Scratch((half + 1) * bins)
        sines = Scratch((half + 1) * bins)
        for position in 0...half {
            for bin in 0..<bins {
                cosines.pointer[position * bins + bin] = Float(cos(angle(bin, position)))
                sines.pointer[position * bins + bin] = Float(sin(angle(bin, position)))
            }
        }
        phases = Scratch(capacity * geometry.stride * span)
        phaseSpectra = Scratch(capacity * geometry.stride * 2 * bins)
        factors = Scratch(capacity * 2 * 2 * geometry.stride)
        sums = Scratch(capacity * 2 * bins * paddedFilters)
        even = Scratch((half + 1) * paddedFilters)
        odd = Scratch((half + 1) * paddedFilters)
    }

    /// Shares the weights of `other` but has its own scratch memory, so that two threads can split the hops.
    init(sharing other: StreamingFilters) {
        geometry = other.geometry
        capacity = other.capacity
        taps = other.taps
        bins = other.bins
        span = other.span
        forward = other.forward
        spectra = other.spectra
        cosines = other.cosines
        sines = other.sines
        paddedFilters = other.paddedFilters
        phases = Scratch(other.phases.count)
        phaseSpectra = Scratch(other.phaseSpectra.count)
        factors = Scratch(other.factors.count)
        sums = Scratch(other.sums.count)
        even = Scratch(other.even.count)
        odd = Scratch(other.odd.count)
    }

    /// Computes the responses of `hops` hops and calls `body` for each.
    ///
    /// - Parameters:
    ///   - samples: `width + hops * hop` samples, oldest first, ending with the newest hop.
    ///   - hops: at most ``capacity``.
    ///   - responses: room for `positions + 1` rows of `filters` responses, `pitch` floats apart; the last row is
    ///     scratch.
    ///   - body: called for each hop when its responses are in `responses`.
    func process(
        _ samples: UnsafePointer<Float>, hops: Int, into responses: UnsafeMutablePointer<Float>, pitch: Int,
        _ body: (_ hop: Int) -> Void
    ) {
        let stride = geometry.stride
        let pitchOfSums = bins * paddedFilters
        for hop in 0..<hops {
            let source = samples + hop * geometry.hop
            let target = phases.pointer + hop * stride * span
            for index in 0..<span {
                for phase in 0..<stride { target[phase * span + index] = source[index * stride + phase] }
            }
        }
        forward.multiply(
            phases.pointer, pitch: span, count: hops * stride, into: phaseSpectra.pointer, resultPitch: 2 * bins)
        for bin in 0..<bins {
            for hop in 0..<hops {
                let real = factors.pointer + hop * 2 * stride
                let imaginary = factors.pointer + (hops + hop) * 2 * stride
                let spectrum = phaseSpectra.pointer + hop * stride * 2 * bins + bin
                for phase in 0..<stride {
                    let (re, im) = (spectrum[phase * 2 * bins], spectrum[phase * 2 * bins + bins])
                    real[phase] = re
                    real[stride + phase] = im
                    imaginary[phase] = im
                    imaginary[stride + phase] = -re
                }
            }
            spectra[bin].multiply(
                factors.pointer, pitch: 2 * stride, count: 2 * hops, into: sums.pointer + bin * NK_PANEL,
                resultPitch: pitchOfSums, panelPitch: bins * NK_PANEL)
        }
        for hop in 0..<hops {
            inverse(
                sums.pointer + hop * pitchOfSums, sums.pointer + (hops + hop) * pitchOfSums, into: responses,
                pitch: pitch)
            body(hop)
        }
    }

    /// Transforms the spectral sums of one hop (real and imaginary parts, packed) to responses.
    private func inverse(
        _ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>, into responses: UnsafeMutablePointer<Float>,
        pitch: Int
    ) {
        let filters = geometry.filters
        let half = geometry.positions / 2
        nk_gemm(half + 1, filters, bins, cosines.pointer, bins, real, even.pointer, paddedFilters, NK_PANEL, 0)
        nk_gemm(half, filters, bins, sines.pointer + bins, bins, imaginary, odd.pointer, paddedFilters, NK_PANEL, 0)
        // Positions run from -half to half - 1 relative to the middle one.
        (responses + half * pitch).update(from: even.pointer, count: filters)
        for position in 1..<half {
            nk_sum_and_difference(
                filters, even.pointer + position * paddedFilters, odd.pointer + (position - 1) * paddedFilters,
                responses + (half - position) * pitch, responses + (half + position) * pitch)
        }
        // There is no position +half, but the kernel writes both: the extra row takes it.
        nk_sum_and_difference(
            filters, even.pointer + half * paddedFilters, odd.pointer + (half - 1) * paddedFilters, responses,
            responses + geometry.positions * pitch)
    }
}
