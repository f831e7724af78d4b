import Basics
import Networks

/// Filters over the samples of each window, computed as one matrix product.
final class DirectConvolution: DirectLayer {
    let outputCount: Int
    let parameters: [Parameter]

    private let window: Int
    private let windows: Int
    private let filters: Int
    private let width: Int
    private let stride: Int
    private let positions: Int
    private let weights: FloatBuffer
    private let gradients: FloatBuffer
    /// The input segments as matrix rows. Copies are needed because OpenBLAS rejects overlapping rows. Nil if the
    /// filters are as long as the window.
    private let segments: FloatBuffer?

    init(layer: Int, window: Int, windows: Int, filters: Int, width: Int, stride: Int, isTrained: Bool) {
        self.window = window
        self.windows = windows
        self.filters = filters
        self.width = width
        self.stride = stride
        positions = (window - width) / stride + 1
        outputCount = positions * filters
        weights = FloatBuffer(count: width * filters)
        gradients = FloatBuffer(count: isTrained ? width * filters : 0)
        segments = positions == 1 && width == window ? nil : FloatBuffer(count: windows * positions * width)
        parameters = [
            Parameter(
                name: Architecture.weightName(layer), role: .filters(count: filters, width: width), weights: weights,
                gradients: gradients, isTrained: isTrained)
        ]
    }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam) {
        if let segments {
            team.split(windows) { part, _ in
                for window in part {
                    for position in 0..<self.positions {
                        (segments.pointer + (window * self.positions + position) * self.width).update(
                            from: input + window * self.window + position * self.stride, count: self.width)
                    }
                }
            }
        }
        let rows = UnsafePointer(segments?.pointer ?? input)
        team.split(filters) { part, _ in
            Product.multiply(
                self.windows * self.positions, part.count, self.width, rows, self.width,
                self.weights.pointer + part.lowerBound, self.filters, output + part.lowerBound, self.filters)
        }
    }

    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam
    ) {
        let rows = UnsafePointer(segments?.pointer ?? input)
        team.split(width) { part, _ in
            Product.multiply(
                part.count, self.filters, self.windows * self.positions, rows + part.lowerBound, self.width,
                transposeA: true, gradient, self.filters, self.gradients.pointer + part.lowerBound * self.filters,
                self.filters)
        }
    }
}
