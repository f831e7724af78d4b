import Figures
import ModelFigures
import Networks
import Sound

extension Model {
    /// The filters of the first layer, which must be a convolution or a linear layer over samples.
    ///
    /// - Throws: `FiguresError.malformed` if the first layer has no learned filters over time.
    func learnedFilters(path: String) throws -> [LearnedFilter] {
        var shape: (count: Int, width: Int)?
        switch info.architecture.layers.first {
        case .convolution(let filters, let width, _): shape = (filters, width)
        case .linear(let outputs, _): shape = (outputs, info.window)
        default: break
        }
        guard let shape, let weights = tensors[Architecture.weightName(0)]?.values,
            weights.count == shape.count * shape.width
        else {
            let name = info.architecture.layers.first?.name ?? "nothing"
            throw FiguresError.malformed(
                path: path,
                reason: "its first layer (\(name)) has no learned filters; name a model whose input is samples")
        }
        let transform = try FourierTransform(size: MagnitudeSpectrum.paddedSize(for: shape.width))
        return (0..<shape.count).map { index in
            let filter = Array(weights[index * shape.width..<(index + 1) * shape.width])
            for place in transform.samples.indices {
                transform.samples[place] = place < filter.count ? filter[place] : 0
            }
            transform.forward()
            let spectrum = MagnitudeSpectrum(
                interleaved: transform.spectrum, size: transform.size, sampleRate: Double(info.sampleRate))
            return LearnedFilter(index: index, weights: filter, spectrum: spectrum)
        }
    }
}
