import Basics
import COpenBLAS
import Foundation
import Kernels
import Networks

/// Forward and backward passes of a network of the paper's form, with the convolution in the frequency domain.
///
/// Samples and filters are split into `stride` phases, x_p[m] = x[m stride + p]. A strided correlation then becomes a
/// sum of plain ones, y = sum over p of (w_p correlated with x_p). Both it and its gradient are products of spectra: Y
/// = X conj(W), dW = X conj(dY), with one small matrix product for each frequency. No padding is needed, because the
/// positions that are used don't wrap around. At stride 64 the work is an eighth of the direct form's.
///
/// `filterWeights` are tap-major, [width][filters]; `outputWeights` are [outputs][regions x filters].
final class SpectralNetwork: TrainableNetwork {
    let geometry: SpectralGeometry
    let batch: Int
    let team: ThreadTeam
    let samples: FloatBuffer
    let outputs: FloatBuffer
    let outputGradients: FloatBuffer
    private let trainsFilters: Bool

    let filterWeights: FloatBuffer
    let outputWeights: FloatBuffer
    let bias: FloatBuffer
    let filterGradients: FloatBuffer
    let outputWeightGradients: FloatBuffer
    let biasGradients: FloatBuffer

    private let twiddles: FloatBuffer
    /// Rows of cosines and negative sines, divided by the transform length, that map filter taps to spectra; and the
    /// same with all bins but the first and last doubled, which map gradients back to taps.
    private let analysis: FloatBuffer
    private let synthesis: FloatBuffer
    private let inputSpectra: FloatBuffer
    private let filterSpectra: FloatBuffer
    private let responseSpectra: FloatBuffer
    private let responses: FloatBuffer
    private let pooled: FloatBuffer
    private let work: [FloatBuffer]

    /// Lanes of the filters' transforms processed at once. They fit into the second-level cache. A power of two would
    /// map all streams of a butterfly to the same first-level cache lines, which is twice as slow.
    private static let laneBlock = 50

    init(geometry: SpectralGeometry, batch: Int, trainsFilters: Bool = true, threads: Int) {
        Product.useCallingThreadOnly()
        self.geometry = geometry
        self.trainsFilters = trainsFilters
        self.batch = batch
        team = ThreadTeam(count: threads)
        let g = geometry
        let n = g.transform
        let windows = batch * g.windowsPerExcerpt
        samples = FloatBuffer(count: batch * g.samples)
        outputs = FloatBuffer(count: windows * g.outputs)
        outputGradients = FloatBuffer(count: windows * g.outputs)
        filterWeights = FloatBuffer(count: g.width * g.filters)
        outputWeights = FloatBuffer(count: g.outputs * g.features)
        bias = FloatBuffer(count: g.outputs)
        filterGradients = FloatBuffer(count: g.width * g.filters)
        outputWeightGradients = FloatBuffer(count: g.outputs * g.features)
        biasGradients = FloatBuffer(count: g.outputs)
        twiddles = FloatBuffer(count: 2 * n)
        nk_fft_twiddles(n, twiddles.pointer)
        analysis = FloatBuffer(count: 2 * g.bins * g.taps)
        synthesis = FloatBuffer(count: 2 * g.bins * g.taps)
        for bin in 0..<g.bins {
            let weight: Double = bin == 0 || bin == n / 2 ? 1 : 2
            for tap in 0..<g.taps {
                let angle = 2 * Double.pi * Double((bin * tap) % n) / Double(n)
                let row = 2 * bin * g.taps + tap
                analysis.pointer[row] = Float(cos(angle) / Double(n))
                analysis.pointer[row + g.taps] = Float(-sin(angle) / Double(n))
                synthesis.pointer[row] = Float(weight * cos(angle) / Double(n))
                synthesis.pointer[row + g.taps] = Float(-weight * sin(angle) / Double(n))
            }
        }
        inputSpectra = FloatBuffer(count: g.bins * 2 * batch * 2 * g.stride)
        filterSpectra = FloatBuffer(count: 2 * g.bins * g.stride * g.filters)
        responseSpectra = FloatBuffer(count: g.bins * 2 * batch * g.filters)
        responses = FloatBuffer(count: batch * g.positions * g.filters)
        pooled = FloatBuffer(count: windows * g.features)
        let lanes = max(min(Self.laneBlock, g.filters / 2), g.stride / 2)
        let scratch = 4 * n * lanes + (g.blocks + g.excerptRegions + 1) * g.filters
        work = (0..<team.count).map { _ in FloatBuffer(count: scratch) }
    }

    var layout: ExcerptLayout { geometry.layout }

    var parameters: [Parameter] {
        let linear = SpectralGeometry.linearLayer
        let filters = Parameter(
            name: Architecture.weightName(0), role: .filters(count: geometry.filters, width: geometry.width),
            weights: filterWeights, gradients: filterGradients, isTrained: trainsFilters)
        let output = Parameter(
            name: Architecture.weightName(linear),
            role: .matrix(outputs: geometry.outputs, inputs: geometry.features), weights: outputWeights,
            gradients: outputWeightGradients, isTrained: true)
        let bias = Parameter(
            name: Architecture.biasName(linear), role: .bias(outputs: geometry.outputs), weights: bias,
            gradients: biasGradients, isTrained: true)
        return geometry.hasBias ? [filters, output, bias] : [filters, output]
    }

    func forward() {
        transformFilters()
        team.split(batch) { rows, thread in
            for row in rows { self.transformSamples(row, self.work[thread].pointer) }
        }
        let g = geometry
        let inputPitch = 2 * batch * 2 * g.stride
        let responsePitch = 2 * batch * g.filters
        team.split(g.bins) { bins, _ in
            for bin in bins {
                Product.multiply(
                    2 * self.batch, g.filters, 2 * g.stride, self.inputSpectra.pointer + bin * inputPitch, 2 * g.stride,
                    self.filterSpectra.pointer + bin * 2 * g.stride * g.filters, g.filters,
                    self.responseSpectra.pointer + bin * responsePitch, g.filters)
            }
        }
        team.split(batch) { rows, thread in
            for row in rows { self.pool(row, self.work[thread].pointer) }
        }
        let windows = batch * g.windowsPerExcerpt
        team.split(windows) { part, _ in
            Product.multiply(
                part.count, g.outputs, g.features, self.pooled.pointer + part.lowerBound * g.features, g.features,
                self.outputWeights.pointer, g.features, transposeB: true,
                self.outputs.pointer + part.lowerBound * g.outputs, g.outputs)
            guard g.hasBias else { return }
            for window in part {
                nk_axpy(g.outputs, 1, self.bias.pointer, self.outputs.pointer + window * g.outputs)
            }
        }
    }

    func backward() {
        let g = geometry
        let windows = batch * g.windowsPerExcerpt
        if g.hasBias {
            biasGradients.clear()
            for window in 0..<windows {
                nk_axpy(g.outputs, 1, outputGradients.pointer + window * g.outputs, biasGradients.pointer)
            }
        }
        team.split(g.features) { part, _ in
            Product.multiply(
                g.outputs, part.count, windows, self.outputGradients.pointer, g.outputs, transposeA: true,
                self.pooled.pointer + part.lowerBound, g.features,
                self.outputWeightGradients.pointer + part.lowerBound, g.features)
        }
        guard trainsFilters else { return }
        // The pooled features are no longer needed and are overwritten with their gradients.
        team.split(windows) { part, _ in
            Product.multiply(
                part.count, g.features, g.outputs, self.outputGradients.pointer + part.lowerBound * g.outputs,
                g.outputs,
                self.outputWeights.pointer, g.features, self.pooled.pointer + part.lowerBound * g.features, g.features)
        }
        team.split(batch) { rows, thread in
            for row in rows { self.unpool(row, self.work[thread].pointer) }
        }
        let inputPitch = 2 * batch * 2 * g.stride
        let responsePitch = 2 * batch * g.filters
        // The filter spectra are no longer needed either; their gradients have the same size and replace them.
        team.split(g.bins) { bins, _ in
            for bin in bins {
                Product.multiply(
                    2 * g.stride, g.filters, 2 * self.batch, self.inputSpectra.pointer + bin * inputPitch, 2 * g.stride,
                    transposeA: true, self.responseSpectra.pointer + bin * responsePitch, g.filters,
                    self.filterSpectra.pointer + bin * 2 * g.stride * g.filters, g.filters)
            }
        }
        let columns = g.stride * g.filters
        team.split(columns) { part, _ in
            Product.multiply(
                g.taps, part.count, 2 * g.bins, self.synthesis.pointer, g.taps, transposeA: true,
                self.filterSpectra.pointer + part.lowerBound, columns, self.filterGradients.pointer + part.lowerBound,
                columns)
        }
    }

    private func transformFilters() {
        let g = geometry
        let columns = g.stride * g.filters
        team.split(columns) { part, _ in
            Product.multiply(
                2 * g.bins, part.count, g.taps, self.analysis.pointer, g.taps,
                self.filterWeights.pointer + part.lowerBound, columns, self.filterSpectra.pointer + part.lowerBound,
                columns)
        }
    }

    private func transformSamples(_ row: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let g = geometry
        let n = g.transform
        let lanes = g.stride / 2
        let re = scratch
        let im = re + n * lanes
        let source = samples.pointer + row * g.samples
        if g.normalizesWindow { DirectNetwork.normalize(source, count: g.samples) }
        for m in 0..<n {
            let start = m * g.stride
            // Samples after the last complete row reach no position that is used.
            guard start + g.stride <= g.samples else {
                (re + m * lanes).update(repeating: 0, count: lanes)
                (im + m * lanes).update(repeating: 0, count: lanes)
                continue
            }
            (re + m * lanes).update(from: source + start, count: lanes)
            (im + m * lanes).update(from: source + start + lanes, count: lanes)
        }
        nk_fft_lanes(n, lanes, -1, re, im, im + n * lanes, twiddles.pointer)
        nk_unpack_spectra(
            n, lanes, re, im, inputSpectra.pointer + row * 2 * g.stride, 2 * batch * 2 * g.stride, batch * 2 * g.stride)
    }

    /// Inverts the spectra of one excerpt's filter responses, takes logarithms, and pools them into features of its
    /// windows.
    private func pool(_ row: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let g = geometry
        let n = g.transform
        let half = g.filters / 2
        let response = responses.pointer + row * g.positions * g.filters
        for first in stride(from: 0, to: half, by: Self.laneBlock) {
            let width = min(Self.laneBlock, half - first)
            let re = scratch
            let im = re + n * width
            nk_pack_spectra(
                n, first, width, half, responseSpectra.pointer + row * g.filters, 2 * batch * g.filters,
                batch * g.filters, re, im)
            nk_fft_lanes(n, width, 1, re, im, im + n * width, twiddles.pointer)
            for m in 0..<g.positions {
                (response + m * g.filters + first).update(from: re + m * width, count: width)
                (response + m * g.filters + half + first).update(from: im + m * width, count: width)
            }
        }
        let blocks = scratch + 4 * n * max(min(Self.laneBlock, half), g.stride / 2)
        for block in 0..<g.blocks {
            nk_log_relu_sum(
                response + block * g.poolStep * g.filters, g.filters, g.poolStep, g.filters, blocks + block * g.filters)
        }
        let regions = blocks + g.blocks * g.filters
        let scale = 1 / Float(g.poolBlocks * g.poolStep)
        for region in 0..<g.excerptRegions {
            let target = regions + region * g.filters
            target.update(repeating: 0, count: g.filters)
            for block in 0..<g.poolBlocks { nk_axpy(g.filters, scale, blocks + (region + block) * g.filters, target) }
        }
        for window in 0..<g.windowsPerExcerpt {
            (pooled.pointer + (row * g.windowsPerExcerpt + window) * g.features).update(
                from: regions + window * g.regionStep * g.filters, count: g.features)
        }
    }

    /// Computes the gradients of one excerpt's responses from those of its pooled features, and overwrites the
    /// response spectra with the spectra of these gradients.
    private func unpool(_ row: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let g = geometry
        let n = g.transform
        let half = g.filters / 2
        let response = responses.pointer + row * g.positions * g.filters
        let regions = scratch + 4 * n * max(min(Self.laneBlock, half), g.stride / 2)
        let block = regions + g.excerptRegions * g.filters
        regions.update(repeating: 0, count: g.excerptRegions * g.filters)
        let scale = 1 / Float(g.poolBlocks * g.poolStep)
        for window in 0..<g.windowsPerExcerpt {
            nk_axpy(
                g.features, scale, pooled.pointer + (row * g.windowsPerExcerpt + window) * g.features,
                regions + window * g.regionStep * g.filters)
        }
        for index in 0..<g.blocks {
            block.update(repeating: 0, count: g.filters)
            for region in max(0, index - g.poolBlocks + 1)...min(index, g.excerptRegions - 1) {
                nk_axpy(g.filters, 1, regions + region * g.filters, block)
            }
            nk_log_relu_sum_backward(
                response + index * g.poolStep * g.filters, g.filters, g.poolStep, g.filters, block)
        }
        for first in stride(from: 0, to: half, by: Self.laneBlock) {
            let width = min(Self.laneBlock, half - first)
            let re = scratch
            let im = re + n * width
            for m in 0..<g.positions {
                (re + m * width).update(from: response + m * g.filters + first, count: width)
                (im + m * width).update(from: response + m * g.filters + half + first, count: width)
            }
            (re + g.positions * width).update(repeating: 0, count: (n - g.positions) * width)
            (im + g.positions * width).update(repeating: 0, count: (n - g.positions) * width)
            nk_fft_lanes(n, width, -1, re, im, im + n * width, twiddles.pointer)
            nk_split_spectra(
                n, first, width, half, re, im, responseSpectra.pointer + row * g.filters, 2 * batch * g.filters,
                batch * g.filters)
        }
    }
}
