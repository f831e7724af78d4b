import Foundation

/// The shape of one layer of a network. The weights are in ``Model/tensors``.
public enum Layer: Equatable, Sendable {
    /// `filters` finite impulse responses of `width` samples, applied every `stride` samples, without padding or bias.
    /// Weights `[filters, width]`.
    case convolution(filters: Int, width: Int, stride: Int)
    /// The discrete Fourier transform of `width` tapered samples, every `stride` samples. The output holds the cosine
    /// sums of bins 0..<width/2, then their sine sums. Has no weights; followed by ``pairs(by:)`` it is a spectrogram.
    case fourier(width: Int, stride: Int, taper: Taper)
    /// Combines channel c of the first half with channel c of the second half.
    case pairs(by: PairRule)
    /// log(1 + max(0, x)), elementwise.
    case logReLU
    /// max(0, x), elementwise.
    case relu
    /// The mean of `width` adjacent positions, every `step` positions; incomplete regions are dropped.
    case averagePool(width: Int, step: Int)
    /// A fully connected layer from all inputs (positions outermost, then channels) to `outputs` values. Weights
    /// `[outputs, inputs]`, bias `[outputs]`.
    case linear(outputs: Int, bias: Bool)
    /// 1 / (1 + exp(-x)), elementwise.
    case logistic
    /// Fixed filters evenly spaced in log-frequency; must be the first layer.
    case bank(FilterBank)
    /// Outputs `bands` bands. Each holds, for every entry of `shifts`, the maps of the band that many bands higher. If
    /// the shifts are the distances of harmonics, the partials of a note become adjacent. Bands beyond the ends are
    /// silent.
    case harmonics(shifts: [Int], bands: Int)
    /// A learned convolution over time and frequency.
    case grid(GridConvolution)
    /// Maps one band per note from `lowest` upwards, with one map per head, to 128 outputs per head. The other notes
    /// get ``absent``.
    case notes(lowest: Int)
}

/// The window function of a transform.
public enum Taper: String, Codable, Sendable {
    /// No taper, as in the paper.
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

/// How a cosine sum a and a sine sum b are combined. Source: Thickstun et al. 2017, section 4.3.
public enum PairRule: String, Codable, Sendable {
    /// a^2 + b^2: a spectrogram.
    case power
    /// |a| + |b|: called a ReLUgram in the paper, because a network of rectifiers can learn it.
    case absolute
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
        case .bank: "bank"
        case .harmonics: "harmonics"
        case .grid: "grid"
        case .notes: "notes"
        }
    }

    /// The output of the `notes` layer for notes without a band: almost 0 after a logistic function.
    public static let absent: Float = -20

    /// The largest extent accepted from a model file; larger numbers indicate a damaged or hostile file.
    static let extentLimit = 1 << 22
    /// The largest number of values between two layers: more than any useful network has, and 256 MB in memory.
    static let countLimit = 1 << 26

    /// The output shape of this layer for `input`; nil if it does not fit, or has more values than a network may.
    public func output(for input: LayerShape) -> LayerShape? {
        guard let output = unlimitedOutput(for: input), output.channels <= Self.countLimit,
            output.positions <= Self.countLimit / max(1, output.channels)
        else { return nil }
        return output
    }

    /// Does not overflow for an input within the limits.
    private func unlimitedOutput(for input: LayerShape) -> LayerShape? {
        switch self {
        case .convolution(let filters, let width, let stride):
            guard input.channels == 1, (1...Self.extentLimit).contains(filters), width >= 1,
                (1...Self.extentLimit).contains(stride), width <= input.positions
            else { return nil }
            return LayerShape(positions: (input.positions - width) / stride + 1, channels: filters)
        case .fourier(let width, let stride, _):
            guard input.channels == 1, width >= 2, width % 2 == 0, (1...Self.extentLimit).contains(stride),
                width <= input.positions
            else { return nil }
            return LayerShape(positions: (input.positions - width) / stride + 1, channels: width)
        case .pairs:
            guard input.channels >= 2, input.channels % 2 == 0 else { return nil }
            return LayerShape(positions: input.positions, channels: input.channels / 2)
        case .averagePool(let width, let step):
            guard width >= 1, (1...Self.extentLimit).contains(step), width <= input.positions else { return nil }
            return LayerShape(positions: (input.positions - width) / step + 1, channels: input.channels)
        case .linear(let outputs, _):
            guard (1...Self.extentLimit).contains(outputs) else { return nil }
            return LayerShape(positions: 1, channels: outputs)
        case .logReLU, .relu, .logistic:
            return input
        case .bank(let bank):
            guard input.channels == 1, bank.fits(input.positions) else { return nil }
            return LayerShape(
                positions: (input.positions - bank.segment) / bank.stride + 1,
                channels: bank.bands * bank.resolutions.count, bands: bank.bands)
        case .harmonics(let shifts, let bands):
            guard (1...64).contains(shifts.count), (1...4096).contains(bands), input.channels % input.bands == 0,
                shifts.allSatisfy({ abs($0) <= 4096 })
            else { return nil }
            return LayerShape(positions: input.positions, channels: bands * shifts.count * input.maps, bands: bands)
        case .grid(let grid): return grid.output(for: input)
        case .notes(let lowest):
            guard input.positions == 1, (0...127).contains(lowest), lowest + input.bands <= Architecture.notesPerHead
            else { return nil }
            return LayerShape(positions: 1, channels: Architecture.notesPerHead * input.maps)
        }
    }
}

extension Layer: Codable {
    private enum Keys: String, CodingKey {
        case layer, filters, width, stride, step, outputs, bias, taper, by, shifts, bands, maps, time, lowest
        case timeStep = "time_step"
        case bandStep = "band_step"
        case bandStride = "band_stride"
    }

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
        case "bank": self = .bank(try FilterBank(from: decoder))
        case "harmonics":
            self = .harmonics(
                shifts: try values.decode([Int].self, forKey: .shifts),
                bands: try values.decode(Int.self, forKey: .bands))
        case "grid":
            self = .grid(
                GridConvolution(
                    maps: try values.decode(Int.self, forKey: .maps), time: try values.decode(Int.self, forKey: .time),
                    bands: try values.decode(Int.self, forKey: .bands),
                    timeStep: try values.decodeIfPresent(Int.self, forKey: .timeStep) ?? 1,
                    bandStep: try values.decodeIfPresent(Int.self, forKey: .bandStep) ?? 1,
                    bandStride: try values.decodeIfPresent(Int.self, forKey: .bandStride) ?? 1))
        case "notes": self = .notes(lowest: try values.decode(Int.self, forKey: .lowest))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .layer, in: values, debugDescription: "'\(name)' is not a known layer")
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
        case .bank(let bank): try bank.encode(to: encoder)
        case .harmonics(let shifts, let bands):
            try values.encode(shifts, forKey: .shifts)
            try values.encode(bands, forKey: .bands)
        case .grid(let grid):
            try values.encode(grid.maps, forKey: .maps)
            try values.encode(grid.time, forKey: .time)
            try values.encode(grid.bands, forKey: .bands)
            try values.encode(grid.timeStep, forKey: .timeStep)
            try values.encode(grid.bandStep, forKey: .bandStep)
            try values.encode(grid.bandStride, forKey: .bandStride)
        case .notes(let lowest): try values.encode(lowest, forKey: .lowest)
        case .logReLU, .relu, .logistic:
            break
        }
    }
}
