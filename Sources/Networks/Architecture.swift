import Foundation

/// One layer of a network, by its shape alone; the weights are in ``Model/tensors``.
public enum Layer: Equatable, Sendable {
    /// `filters` finite impulse responses of `width` samples, applied every `stride` samples (no padding, no bias).
    /// Weights `[filters, width]`.
    case convolution(filters: Int, width: Int, stride: Int)
    /// The discrete Fourier transform of `width` samples every `stride` samples, tapered: bins 0..<width/2, all cosine
    /// sums first, then all sine sums. Fixed, so it has no weights; followed by ``pairs(by:)`` it is a spectrogram.
    case fourier(width: Int, stride: Int, taper: Taper)
    /// Joins channel c of the first half with channel c of the second half.
    case pairs(by: PairRule)
    /// log(1 + max(0, x)), elementwise.
    case logReLU
    /// max(0, x), elementwise.
    case relu
    /// The mean of `width` neighbouring positions, every `step` positions; incomplete regions are dropped.
    case averagePool(width: Int, step: Int)
    /// All inputs (positions outermost, then channels) to `outputs` numbers. Weights `[outputs, inputs]`, bias `[outputs]`.
    case linear(outputs: Int, bias: Bool)
    /// 1 / (1 + exp(-x)), elementwise.
    case logistic
}

/// What a transform's samples are multiplied by.
public enum Taper: String, Codable, Sendable {
    /// Nothing: the paper's.
    case rectangular
    /// 0.5 - 0.5 cos(2 pi (s + 0.5) / width).
    case hann

    /// The factor of sample `index` of `width`.
    public func factor(_ index: Int, of width: Int) -> Double {
        switch self {
        case .rectangular: 1
        case .hann: 0.5 - 0.5 * cos(2 * .pi * (Double(index) + 0.5) / Double(width))
        }
    }
}

/// What becomes of a cosine sum a and a sine sum b. Source: Thickstun et al. 2017, section 4.3.
public enum PairRule: String, Codable, Sendable {
    /// a^2 + b^2: a spectrogram.
    case power
    /// |a| + |b|: what the paper calls a ReLUgram, because a network of rectifiers can learn it.
    case absolute
}

/// What each block of 128 outputs of a network stands for.
public enum Head: String, Codable, Sendable {
    /// Is the note sounding at the label sample?
    case sounding
    /// Does the note begin near the label sample?
    case onset
}

/// The shape of a network: what it hears, its layers, and what its outputs mean.
///
/// The same value drives whole-window evaluation, training and the streaming engine.
public struct Architecture: Equatable, Codable, Sendable {
    /// The causal gain applied to the sample stream before the first layer; nil leaves samples as they come.
    public var conditioning: LevelConditioning?
    /// Divide each window by its L2 norm + 1e-5, as the paper's authors' code does.
    /// It makes windows share less work: kept for the faithful reference model.
    public var normalizesWindow: Bool
    public var layers: [Layer]
    /// One entry for each 128 outputs, in order.
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

    /// Numbers each note head gives: one for each MIDI note.
    public static let notesPerHead = 128

    /// The paper's convolutional network: `filters` filters of 2048 samples every `stride`, log(1 + relu), means of 16
    /// positions every 8, and one linear layer.
    ///
    /// Source: Thickstun et al. 2017, section 4; `stride` 8 is the text's, 64 an eighth of its work for a small loss.
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

/// The extent of the data between two layers.
public struct LayerShape: Equatable, Sendable {
    public var positions: Int
    public var channels: Int
    public var count: Int { positions * channels }

    public init(positions: Int, channels: Int) {
        self.positions = positions
        self.channels = channels
    }
}

extension Architecture {
    /// The shape after each layer for a window of `window` samples, the input's own shape first.
    ///
    /// - Throws: ``ModelError/architecture(_:)`` when a layer cannot take what the one before it gives.
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
                "the last layer gives \(shapes.last?.count ?? 0) numbers where \(heads.count) heads of "
                    + "\(Self.notesPerHead) notes are declared")
        }
        return shapes
    }

    /// The name and shape of every tensor this architecture needs, in order.
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
            case .fourier, .pairs, .logReLU, .relu, .averagePool, .logistic:
                break
            }
        }
        return result
    }

    public static func weightName(_ layer: Int) -> String { "layers.\(layer).weight" }
    public static func biasName(_ layer: Int) -> String { "layers.\(layer).bias" }
}

extension Layer {
    /// The layer's name in a model file.
    public var name: String {
        switch self {
        case .convolution: "convolution"
        case .fourier: "fourier"
        case .pairs: "pairs"
        case .logReLU: "log_relu"
        case .relu: "relu"
        case .averagePool: "average_pool"
        case .linear: "linear"
        case .logistic: "logistic"
        }
    }

    /// The largest extent a model file may ask for; larger numbers are a damaged or hostile file.
    static let extentLimit = 1 << 22

    /// The shape this layer makes of `input`; nil when it does not fit.
    public func output(for input: LayerShape) -> LayerShape? {
        switch self {
        case .convolution(let filters, let width, let stride):
            guard input.channels == 1, (1...Self.extentLimit).contains(filters), width >= 1, stride >= 1,
                width <= input.positions
            else { return nil }
            return LayerShape(positions: (input.positions - width) / stride + 1, channels: filters)
        case .fourier(let width, let stride, _):
            guard input.channels == 1, width >= 2, width % 2 == 0, stride >= 1, width <= input.positions else {
                return nil
            }
            return LayerShape(positions: (input.positions - width) / stride + 1, channels: width)
        case .pairs:
            guard input.channels >= 2, input.channels % 2 == 0 else { return nil }
            return LayerShape(positions: input.positions, channels: input.channels / 2)
        case .averagePool(let width, let step):
            guard width >= 1, step >= 1, width <= input.positions else { return nil }
            return LayerShape(positions: (input.positions - width) / step + 1, channels: input.channels)
        case .linear(let outputs, _):
            guard (1...Self.extentLimit).contains(outputs), input.count <= 1 << 28 else { return nil }
            return LayerShape(positions: 1, channels: outputs)
        case .logReLU, .relu, .logistic:
            return input
        }
    }
}

extension Layer: Codable {
    private enum Keys: String, CodingKey { case layer, filters, width, stride, step, outputs, bias, taper, by }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        let name = try values.decode(String.self, forKey: .layer)
        switch name {
        case "convolution":
            self = .convolution(
                filters: try values.decode(Int.self, forKey: .filters),
                width: try values.decode(Int.self, forKey: .width),
                stride: try values.decode(Int.self, forKey: .stride))
        case "fourier":
            self = .fourier(
                width: try values.decode(Int.self, forKey: .width),
                stride: try values.decodeIfPresent(Int.self, forKey: .stride) ?? 1,
                taper: try values.decodeIfPresent(Taper.self, forKey: .taper) ?? .rectangular)
        case "pairs": self = .pairs(by: try values.decode(PairRule.self, forKey: .by))
        case "log_relu": self = .logReLU
        case "relu": self = .relu
        case "average_pool":
            self = .averagePool(
                width: try values.decode(Int.self, forKey: .width), step: try values.decode(Int.self, forKey: .step))
        case "linear":
            self = .linear(
                outputs: try values.decode(Int.self, forKey: .outputs),
                bias: try values.decodeIfPresent(Bool.self, forKey: .bias) ?? false)
        case "logistic": self = .logistic
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .layer, in: values, debugDescription: "there is no layer named '\(name)'")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(name, forKey: .layer)
        switch self {
        case .convolution(let filters, let width, let stride):
            try values.encode(filters, forKey: .filters)
            try values.encode(width, forKey: .width)
            try values.encode(stride, forKey: .stride)
        case .fourier(let width, let stride, let taper):
            try values.encode(width, forKey: .width)
            try values.encode(stride, forKey: .stride)
            try values.encode(taper, forKey: .taper)
        case .pairs(let rule):
            try values.encode(rule, forKey: .by)
        case .averagePool(let width, let step):
            try values.encode(width, forKey: .width)
            try values.encode(step, forKey: .step)
        case .linear(let outputs, let bias):
            try values.encode(outputs, forKey: .outputs)
            try values.encode(bias, forKey: .bias)
        case .logReLU, .relu, .logistic:
            break
        }
    }
}
