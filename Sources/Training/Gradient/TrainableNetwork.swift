import Basics
import Networks

/// One parameter tensor of a network under training, with its gradient.
struct Parameter {
    enum Role: Equatable {
        /// Filters in tap-major order, [width][filters]; a model file stores the transpose.
        case filters(count: Int, width: Int)
        /// Weights of a linear layer, [outputs][inputs].
        case matrix(outputs: Int, inputs: Int)
        /// Weights of a convolution over time and frequency, [time][bands][inputs][maps].
        case grid(time: Int, bands: Int, inputs: Int, maps: Int)
        /// One value for each output.
        case bias(outputs: Int)

        var isGrid: Bool { if case .grid = self { true } else { false } }
    }

    /// Name of the tensor in a model file.
    let name: String
    let role: Role
    let weights: FloatBuffer
    let gradients: FloatBuffer
    /// Whether the parameter is trained. If not, it keeps its initial values and has no gradient.
    let isTrained: Bool

    /// Shape of the tensor in a model file.
    var shape: [Int] {
        switch role {
        case .filters(let count, let width): [count, width]
        case .matrix(let outputs, let inputs): [outputs, inputs]
        case .grid(let time, let bands, let inputs, let maps): [time, bands, inputs, maps]
        case .bias(let outputs): [outputs]
        }
    }
}

/// The positions of the trained windows in an excerpt of audio.
struct ExcerptLayout: Equatable, Sendable {
    /// Length of a window and of a hop, in samples.
    let window: Int
    let hop: Int
    /// Number of windows in an excerpt, and the distance between them in hops.
    let windowsPerExcerpt: Int
    let spacing: Int
    /// Number of outputs of the network for each window.
    let outputs: Int

    /// Distance between two windows, in samples.
    var step: Int { spacing * hop }
    /// Length of an excerpt, in samples.
    var samples: Int { window + (windowsPerExcerpt - 1) * step }
}

/// Forward and backward passes of a network over a batch of excerpts.
///
/// An instance is used from one thread, which distributes the work over its team. No memory is allocated after `init`.
protocol TrainableNetwork: AnyObject {
    var layout: ExcerptLayout { get }
    /// Number of excerpts in a batch.
    var batch: Int { get }
    var team: ThreadTeam { get }
    /// Samples, [batch][layout.samples]. The caller writes them before ``forward()``, which may modify them.
    var samples: FloatBuffer { get }
    /// Frequency response applied to each excerpt, as power factors [batch][bands]; initially 1. The caller may write
    /// them before ``forward()``. Nil unless the network begins with a log-frequency filter bank.
    var responses: FloatBuffer? { get }
    /// Network outputs without the final logistic function, [batch x windowsPerExcerpt][outputs]. Written by
    /// ``forward()``.
    var outputs: FloatBuffer { get }
    /// Gradient of the loss with respect to `outputs`. The caller writes it before ``backward()``.
    var outputGradients: FloatBuffer { get }
    /// In the order of the layers.
    var parameters: [Parameter] { get }

    /// Computes `outputs` from `samples` and the weights.
    func forward()
    /// Computes the gradients of all trained parameters. ``forward()`` must have run on the same samples.
    func backward()
}

extension TrainableNetwork {
    /// Number of windows in a batch.
    var windows: Int { batch * layout.windowsPerExcerpt }

    var responses: FloatBuffer? { nil }
}

/// The data type of factors in products. Sums and weights are always single precision.
public enum Precision: String, Codable, Sendable {
    case single
    /// 8 bits of mantissa; several times faster on processors that support it.
    case bfloat16
}

enum TrainableNetworks {
    /// Creates the fastest suitable implementation: in the frequency domain if filters are applied at many positions;
    /// on whole excerpts if convolutions over time and frequency follow a filter bank; otherwise layer by layer.
    ///
    /// - Parameters:
    ///   - batch: number of excerpts in a batch.
    ///   - fixed: indices of layers that aren't trained.
    ///   - precision: precision of the products in convolutions over time and frequency. Other products are always
    ///     single precision.
    /// - Throws: ``ModelError/architecture(_:)`` for a network that cannot be trained.
    static func make(
        _ architecture: Architecture, window: Int, hop: Int, windowsPerExcerpt: Int, spacing: Int, batch: Int,
        fixed: Set<Int>, precision: Precision = .single, threads: Int
    ) throws(ModelError) -> any TrainableNetwork {
        let shapes = try architecture.shapes(window: window)
        let layout = ExcerptLayout(
            window: window, hop: hop, windowsPerExcerpt: max(1, windowsPerExcerpt), spacing: max(1, spacing),
            outputs: shapes.last?.count ?? 0)
        if let geometry = SpectralGeometry(architecture, layout: layout), geometry.isWorthwhile {
            return SpectralNetwork(
                geometry: geometry, batch: batch, trainsFilters: !fixed.contains(0), threads: threads)
        }
        if let network = try GridNetwork(
            architecture, layout: layout, batch: batch, fixed: fixed, precision: precision, threads: threads)
        {
            return network
        }
        return try DirectNetwork(architecture, layout: layout, batch: batch, fixed: fixed, threads: threads)
    }
}
