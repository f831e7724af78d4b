import Basics
import Networks

/// One tensor of a network in training, with its gradient.
struct Parameter {
    enum Role: Equatable {
        /// Filters, stored tap-major, [width][filters]: the transpose of what a model file holds.
        case filters(count: Int, width: Int)
        /// A linear layer's weights, [outputs][inputs].
        case matrix(outputs: Int, inputs: Int)
        /// A convolution over time and frequency, [time][bands][inputs][maps].
        case grid(time: Int, bands: Int, inputs: Int, maps: Int)
        /// One number for each output.
        case bias(outputs: Int)

        var isGrid: Bool { if case .grid = self { true } else { false } }
    }

    /// The tensor's name in a model file.
    let name: String
    let role: Role
    let weights: FloatBuffer
    let gradients: FloatBuffer
    /// Whether it is trained; otherwise it stays what it was at first, and has no gradient.
    let isTrained: Bool

    /// The tensor's shape in a model file.
    var shape: [Int] {
        switch role {
        case .filters(let count, let width): [count, width]
        case .matrix(let outputs, let inputs): [outputs, inputs]
        case .grid(let time, let bands, let inputs, let maps): [time, bands, inputs, maps]
        case .bias(let outputs): [outputs]
        }
    }
}

/// How the windows that are trained lie in an excerpt of audio.
struct ExcerptLayout: Equatable, Sendable {
    /// Samples of a window, and of a hop.
    let window: Int
    let hop: Int
    /// Windows in an excerpt, and hops from one to the next.
    let windowsPerExcerpt: Int
    let spacing: Int
    /// Numbers the network gives for each window.
    let outputs: Int

    /// Samples from the start of one window to the next's.
    var step: Int { spacing * hop }
    /// Samples of an excerpt.
    var samples: Int { window + (windowsPerExcerpt - 1) * step }
}

/// Forward and backward passes of a network over a batch of excerpts.
///
/// One instance belongs to one thread, which shares out the loops to its team. Nothing is allocated after `init`.
protocol TrainableNetwork: AnyObject {
    var layout: ExcerptLayout { get }
    /// Excerpts in a batch.
    var batch: Int { get }
    var team: ThreadTeam { get }
    /// Samples, [batch][layout.samples]: filled by the caller before ``forward()``, which may change them.
    var samples: FloatBuffer { get }
    /// What each excerpt is heard through, if the network begins with filters in log-frequency, else nil: factors of the power in each band,
    /// [batch][bands], 1 to begin with. Filled by the caller before ``forward()``.
    var responses: FloatBuffer? { get }
    /// Network outputs before any logistic, [batch x windowsPerExcerpt][outputs], after ``forward()``.
    var outputs: FloatBuffer { get }
    /// The loss's derivative by `outputs`: filled by the caller before ``backward()``.
    var outputGradients: FloatBuffer { get }
    /// In the order of the layers.
    var parameters: [Parameter] { get }

    /// Computes `outputs` from `samples` and the weights.
    func forward()
    /// Computes the gradients of all trained parameters; ``forward()`` must have run on the same samples.
    func backward()
}

extension TrainableNetwork {
    /// Windows in a batch.
    var windows: Int { batch * layout.windowsPerExcerpt }

    var responses: FloatBuffer? { nil }
}

/// The numbers that products are computed with; sums and weights are single precision in any case.
public enum Precision: String, Codable, Sendable {
    case single
    /// 8 bits of mantissa: several times as fast on processors that have it.
    case bfloat16
}

enum TrainableNetworks {
    /// The faster form of the network: in the frequency domain where filters are applied at many positions, over whole excerpts where
    /// convolutions over time and frequency follow fixed filters, layer by layer otherwise.
    ///
    /// - Parameters:
    ///   - batch: excerpts in a batch.
    ///   - fixed: indices of layers that aren't trained.
    ///   - precision: of the products of convolutions over time and frequency; others are always single.
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
