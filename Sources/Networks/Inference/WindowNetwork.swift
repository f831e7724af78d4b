import Kernels

/// Evaluates a network on whole windows, layer by layer. Defines the result that the streaming engines must reproduce,
/// and runs networks whose windows share no work.
///
/// Samples are used unconditioned, because conditioning belongs to the stream. One owner; no allocation after `init`.
public final class WindowNetwork {
    public let info: ModelInfo
    /// Outputs per window.
    public var outputCount: Int { tail.outputCount }
    /// The maximum number of windows per call of ``evaluate(_:pitch:count:)``.
    public let capacity: Int

    private enum Stage {
        case convolution(PackedMatrix, stride: Int)
        case fourier(FixedSpectrum, stride: Int)
        case pairs(PairRule)
        case logReLU
        case relu
        case averagePool(width: Int, step: Int)
        case bank(BankTransform)
        case harmonics(bankBands: Int, maps: Int, shifts: [Int], bands: Int)
        case grid(GridProduct, padded: Scratch)
        case notes(lowest: Int, bands: Int)
    }

    private var stages: [Stage]
    private let shapes: [LayerShape]
    private let tail: DenseTail
    private var current: Scratch
    private var next: Scratch
    /// The filter responses of all samples of several windows one hop apart; nil if their responses cannot be shared.
    private let stretch: Scratch?
    /// The maximum size, in floats, of the activations of all windows of a call.
    private static let activationLimit = 1 << 24

    /// - Parameter capacity: the requested maximum number of windows per call; reduced if a window's activations are
    ///   large.
    public init(model: Model, capacity: Int = 1) throws(ModelError) {
        info = model.info
        let architecture = model.info.architecture
        shapes = try architecture.shapes(window: info.window)
        var stages: [Stage] = []
        building: for (index, layer) in architecture.layers.enumerated() {
            switch layer {
            case .convolution(let filters, let width, let stride):
                let weights = model.tensors[Architecture.weightName(index)]?.values ?? []
                let taps = transposed(weights, rows: filters, columns: width)
                stages.append(.convolution(PackedMatrix(taps, rows: width, columns: filters), stride: stride))
            case .fourier(let width, let stride, let taper):
                stages.append(.fourier(try FixedSpectrum(width: width, taper: taper), stride: stride))
            case .pairs(let rule): stages.append(.pairs(rule))
            case .logReLU: stages.append(.logReLU)
            case .relu: stages.append(.relu)
            case .averagePool(let width, let step): stages.append(.averagePool(width: width, step: step))
            case .bank(let bank): stages.append(.bank(try BankTransform(bank)))
            case .harmonics(let shifts, let bands):
                let input = shapes[index]
                stages.append(.harmonics(bankBands: input.bands, maps: input.maps, shifts: shifts, bands: bands))
            case .grid(let grid):
                let input = shapes[index]
                let product = GridProduct(grid, inputBands: input.bands, inputMaps: input.maps, isRectified: false)
                product.load(model.tensors[Architecture.weightName(index)]?.values ?? [], bias: model.bias(index))
                stages.append(.grid(product, padded: Scratch(product.input.floats * input.positions)))
            case .notes(let lowest): stages.append(.notes(lowest: lowest, bands: shapes[index].bands))
            case .linear, .logistic: break building
            }
        }
        self.stages = stages
        let widest = shapes[...stages.count].map(\.count).max() ?? 1
        self.capacity = max(1, min(capacity, Self.activationLimit / widest))
        tail = try DenseTail(
            model: model, from: stages.count, inputCount: shapes[stages.count].count, capacity: self.capacity)
        current = Scratch(widest * self.capacity)
        next = Scratch(widest * self.capacity)
        if self.capacity > 1, case .convolution(_, let stride)? = stages.first, info.hop % stride == 0,
            shapes[1].positions > info.hop / stride
        {
            stretch = Scratch((shapes[1].positions + (self.capacity - 1) * info.hop / stride) * shapes[1].channels)
        } else {
            stretch = nil
        }
    }

    /// Evaluates all further windows with the filters of `tuning`.
    ///
    /// - Returns: whether the tuning was made for this network.
    func retune(_ tuning: NetworkTuning) -> Bool {
        guard case .bank(tuning.original)? = info.architecture.layers.first, let transform = tuning.transforms.first
        else { return false }
        stages[0] = .bank(transform)
        return true
    }

    /// Reads `info.window` samples and writes the posteriors, 128 per head.
    public func evaluate(_ samples: Span<Float>, into output: inout MutableSpan<Float>) {
        samples.withUnsafeBufferPointer { samples in
            guard let base = samples.baseAddress, samples.count >= info.window else { return }
            let result = evaluate(base, pitch: 0, count: 1)
            for index in 0..<min(outputCount, output.count) { output[index] = result[index] }
        }
    }

    /// Evaluates `count` windows (at most ``capacity``) that start `pitch` samples apart, and returns ``outputCount``
    /// values for each. The result is valid until the next call.
    func evaluate(_ samples: UnsafePointer<Float>, pitch: Int, count: Int) -> UnsafePointer<Float> {
        let isShared = count > 1 && pitch == info.hop && convolveStretch(samples, count: count)
        if !isShared {
            for window in 0..<count {
                let target = current.pointer + window * info.window
                target.update(from: samples + window * pitch, count: info.window)
                guard info.architecture.normalizesWindow else { continue }
                let scale = normalization(target)
                for index in 0..<info.window { target[index] *= scale }
            }
        }
        for index in stages.indices.dropFirst(isShared ? 1 : 0) {
            apply(stages[index], from: shapes[index], to: shapes[index + 1], windows: count)
        }
        return tail.evaluate(current.pointer, rows: count)
    }

    /// Applies the filters once to all samples of `count` windows one hop apart, and copies to each window its part of
    /// the responses.
    ///
    /// Filters are linear, so dividing their responses by a window's norm equals dividing the window by it.
    /// - Returns: false, without doing anything, if the windows share no work.
    private func convolveStretch(_ samples: UnsafePointer<Float>, count: Int) -> Bool {
        guard let stretch, case .convolution(let matrix, let stride)? = stages.first else { return false }
        let shape = shapes[1]
        let step = info.hop / stride
        matrix.multiply(
            samples, pitch: stride, count: shape.positions + (count - 1) * step, into: stretch.pointer,
            resultPitch: shape.channels)
        for window in 0..<count {
            let source = stretch.pointer + window * step * shape.channels
            let target = current.pointer + window * shape.count
            guard info.architecture.normalizesWindow else {
                target.update(from: source, count: shape.count)
                continue
            }
            let scale = normalization(samples + window * info.hop)
            for index in 0..<shape.count { target[index] = scale * source[index] }
        }
        return true
    }

    /// The factor that normalises a window: 1 / (L2 norm + 1e-5).
    private func normalization(_ window: UnsafePointer<Float>) -> Float {
        1 / (nk_sum_of_squares(window, info.window).squareRoot() + 1e-5)
    }

    private func apply(_ stage: Stage, from input: LayerShape, to shape: LayerShape, windows: Int) {
        switch stage {
        case .convolution(let matrix, let stride):
            if shape.positions == 1 {
                matrix.multiply(
                    current.pointer, pitch: input.count, count: windows, into: next.pointer,
                    resultPitch: shape.channels)
            } else {
                for window in 0..<windows {
                    matrix.multiply(
                        current.pointer + window * input.count, pitch: stride, count: shape.positions,
                        into: next.pointer + window * shape.count, resultPitch: shape.channels)
                }
            }
            swap(&current, &next)
        case .fourier(let spectrum, let stride):
            for window in 0..<windows {
                for position in 0..<shape.positions {
                    spectrum.evaluate(
                        current.pointer + window * input.count + position * stride,
                        into: next.pointer + window * shape.count + position * shape.channels)
                }
            }
            swap(&current, &next)
        case .pairs(let rule):
            for row in 0..<windows * shape.positions {
                rule.join(
                    current.pointer + row * input.channels, channels: input.channels,
                    into: next.pointer + row * shape.channels)
            }
            swap(&current, &next)
        case .logReLU: nk_log_relu(current.pointer, windows * shape.count)
        case .relu:
            for index in 0..<windows * shape.count { current.pointer[index] = max(0, current.pointer[index]) }
        case .averagePool(let width, let step):
            for window in 0..<windows {
                let source = current.pointer + window * input.count
                for region in 0..<shape.positions {
                    let target = next.pointer + window * shape.count + region * shape.channels
                    target.update(repeating: 0, count: shape.channels)
                    for position in region * step..<region * step + width {
                        nk_axpy(input.channels, 1 / Float(width), source + position * input.channels, target)
                    }
                }
            }
            swap(&current, &next)
        case .bank(let transform):
            for window in 0..<windows {
                for position in 0..<shape.positions {
                    transform.evaluate(
                        current.pointer + window * input.count + position * transform.bank.stride,
                        into: next.pointer + window * shape.count + position * shape.channels)
                }
            }
            swap(&current, &next)
        case .harmonics(let bankBands, let maps, let shifts, let bands):
            for row in 0..<windows * shape.positions {
                GridStack.stack(
                    current.pointer + row * input.channels, bankBands: bankBands, maps: maps, shifts: shifts,
                    bands: bands, into: next.pointer + row * shape.channels)
            }
            swap(&current, &next)
        case .grid(let product, let padded):
            let frame = product.input
            for window in 0..<windows {
                for position in 0..<input.positions {
                    (padded.pointer + position * frame.floats + frame.start).update(
                        from: current.pointer + (window * input.positions + position) * input.channels,
                        count: frame.count)
                }
                for position in 0..<shape.positions {
                    product.apply(
                        padded.pointer + position * frame.floats, step: product.grid.timeStep * frame.floats,
                        into: next.pointer + (window * shape.positions + position) * shape.channels)
                }
            }
            swap(&current, &next)
        case .notes(let lowest, let bands):
            for window in 0..<windows {
                GridStack.spread(
                    current.pointer + window * input.count, notes: bands, heads: input.maps, lowest: lowest,
                    into: next.pointer + window * shape.count)
            }
            swap(&current, &next)
        }
    }
}
