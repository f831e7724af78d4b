/// The meaning of a block of 128 network outputs, one per MIDI note.
public enum Head: String, Codable, Sendable {
    /// Whether the note is sounding at the label sample.
    case sounding
    /// Whether the note starts near the label sample.
    case onset
}

/// The shape of a network: its input, its layers, and the meaning of its outputs.
///
/// Whole-window evaluation, training and the streaming engine all use this value.
public struct Architecture: Equatable, Codable, Sendable {
    /// The causal gain applied to the sample stream before the first layer; nil leaves the samples unchanged.
    public var conditioning: LevelConditioning?
    /// Whether each window is divided by its L2 norm + 1e-5, as in the code of the paper's authors. Windows then share
    /// less work; supported for the reference model.
    public var normalizesWindow: Bool
    public var layers: [Layer]
    /// One entry per 128 outputs, in order.
    public var heads: [Head]

    public init(
        conditioning: LevelConditioning?, normalizesWindow: Bool = false, layers: [Layer], heads: [Head]
    ) {
        self.conditioning = conditioning
        self.normalizesWindow = normalizesWindow
        self.layers = layers
        self.heads = heads
    }

    enum CodingKeys: String, CodingKey {
        case conditioning, layers, heads
        case normalizesWindow = "normalizes_window"
    }

    /// The number of outputs per head, one for each MIDI note.
    public static let notesPerHead = 128

    /// The paper's convolutional network: `filters` filters of 2048 samples every `stride` samples, log(1 + relu),
    /// means of 16 positions every 8, and one linear layer.
    ///
    /// Source: Thickstun et al. 2017, section 4. The paper uses a `stride` of 8; 64 needs an eighth of the work at a
    /// small loss of accuracy.
    public static func paper(
        stride: Int, filters: Int = 500, heads: [Head] = [.sounding],
        conditioning: LevelConditioning? = LevelConditioning(), bias: Bool = false, logistic: Bool = false
    ) -> Architecture {
        Architecture(
            conditioning: conditioning,
            layers: [
                .convolution(filters: filters, width: 2048, stride: stride), .logReLU,
                .averagePool(width: 16, step: 8),
                .linear(outputs: notesPerHead * heads.count, bias: bias),
            ] + (logistic ? [.logistic] : []),
            heads: heads)
    }
}

/// The shape of the data between two layers.
public struct LayerShape: Equatable, Sendable {
    public var positions: Int
    /// Values per position: bands outermost, then maps.
    public var channels: Int
    /// The number of frequency bands that the channels are divided into; 1 if they have no such order.
    public var bands: Int
    /// Values per band.
    public var maps: Int { channels / max(1, bands) }
    public var count: Int { positions * channels }

    public init(positions: Int, channels: Int, bands: Int = 1) {
        self.positions = positions
        self.channels = channels
        self.bands = bands
    }
}

extension Architecture {
    /// The shape after each layer for a window of `window` samples, starting with the shape of the input.
    ///
    /// - Throws: ``ModelError/architecture(_:)`` if a layer does not fit the output of the previous one.
    public func shapes(window: Int) throws(ModelError) -> [LayerShape] {
        var shapes = [LayerShape(positions: window, channels: 1)]
        for (index, layer) in layers.enumerated() {
            guard let shape = layer.output(for: shapes[index]) else {
                throw .architecture(
                    "layer \(index) (\(layer.name)) does not fit an input of "
                        + "\(shapes[index].positions) x \(shapes[index].channels)")
            }
            shapes.append(shape)
        }
        guard let last = shapes.last, last.count == heads.count * Self.notesPerHead, !heads.isEmpty else {
            throw .architecture(
                "the last layer has \(shapes.last?.count ?? 0) outputs, but \(heads.count) heads of "
                    + "\(Self.notesPerHead) notes are declared")
        }
        return shapes
    }

    /// The name and shape of every tensor that this architecture needs, in layer order.
    public func tensorShapes(window: Int) throws(ModelError) -> [(name: String, shape: [Int])] {
        let shapes = try shapes(window: window)
        var result: [(name: String, shape: [Int])] = []
        for (index, layer) in layers.enumerated() {
            switch layer {
            case .convolution(let filters, let width, _):
                result.append((Self.weightName(index), [filters, width]))
            case .linear(let outputs, let bias):
                result.append((Self.weightName(index), [outputs, shapes[index].count]))
                if bias { result.append((Self.biasName(index), [outputs])) }
            case .grid(let grid):
                result.append(
                    (Self.weightName(index), [grid.time, grid.bands, shapes[index].maps, grid.maps]))
                result.append((Self.biasName(index), [grid.maps]))
            case .fourier, .pairs, .logReLU, .relu, .averagePool, .logistic, .bank, .harmonics, .notes:
                break
            }
        }
        return result
    }

    public static func weightName(_ layer: Int) -> String { "layers.\(layer).weight" }
    public static func biasName(_ layer: Int) -> String { "layers.\(layer).bias" }
}
