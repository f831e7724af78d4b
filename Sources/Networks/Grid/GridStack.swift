/// The parts of a network of the form: log-frequency filters, harmonics side by side, convolutions over time and
/// frequency.
public struct GridStack: Sendable {
    /// A convolution, and whether max(0, x) follows it.
    public struct Stage: Sendable {
        /// The index of the convolution in the architecture.
        public let layer: Int
        public let grid: GridConvolution
        public let isRectified: Bool
        public let inputBands: Int
        public let inputMaps: Int

        public func product() -> GridProduct {
            GridProduct(grid, inputBands: inputBands, inputMaps: inputMaps, isRectified: isRectified)
        }
    }

    public let bank: FilterBank
    public let shifts: [Int]
    /// Bands of the input of the first convolution.
    public let bands: Int
    public let stages: [Stage]
    /// The MIDI note of the last convolution's first band, and the number of notes.
    public let lowest: Int
    public let notes: Int
    public let heads: Int
    /// Whether the last layer is a logistic function.
    public let isLogistic: Bool
    /// Filter bank positions per window, minus one.
    public let reach: Int

    /// The coarsest position grid on which the network can be computed, in filter bank positions: every time step is a
    /// multiple of it.
    public var coarsestSpacing: Int {
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
        return max(1, stages.filter { $0.grid.time > 1 }.map(\.grid.timeStep).reduce(0, divisor))
    }

    /// Nil if the network has another form.
    public init?(_ architecture: Architecture, window: Int) {
        let layers = architecture.layers
        guard !architecture.normalizesWindow, layers.count >= 4, let shapes = try? architecture.shapes(window: window),
            case .bank(let bank) = layers[0], case .harmonics(let shifts, let bands) = layers[1]
        else { return nil }
        var stages: [Stage] = []
        var index = 2
        while index < layers.count, case .grid(let grid) = layers[index] {
            let isRectified = index + 1 < layers.count && layers[index + 1] == .relu
            stages.append(
                Stage(
                    layer: index, grid: grid, isRectified: isRectified, inputBands: shapes[index].bands,
                    inputMaps: shapes[index].maps))
            index += isRectified ? 2 : 1
        }
        guard let last = stages.last, index < layers.count, case .notes(let lowest) = layers[index],
            layers[(index + 1)...].allSatisfy({ $0 == .logistic }), layers.count <= index + 2
        else { return nil }
        self.bank = bank
        self.shifts = shifts
        self.bands = bands
        self.stages = stages
        self.lowest = lowest
        notes = last.inputBands / last.grid.bandStride
        heads = last.grid.maps
        isLogistic = layers.last == .logistic
        reach = stages.reduce(0) { $0 + $1.grid.reach }
    }

    /// Nil also if windows one hop apart do not share all but their newest position.
    init?(sharing info: ModelInfo) {
        guard let stack = GridStack(info.architecture, window: info.window), stack.bank.stride == info.hop,
            stack.bank.segment >= info.hop, stack.bank.segment + stack.reach * info.hop == info.window
        else { return nil }
        self = stack
    }

    /// Gathers the harmonics of each band of a position.
    ///
    /// - Parameters:
    ///   - bands: the output of ``BankTransform``.
    ///   - stacked: receives `self.bands` x (shifts x resolutions) values.
    public func stack(_ bands: UnsafePointer<Float>, into stacked: UnsafeMutablePointer<Float>) {
        let maps = bank.resolutions.count
        Self.stack(bands, bankBands: bank.bands, maps: maps, shifts: shifts, bands: self.bands, into: stacked)
    }

    static func stack(
        _ source: UnsafePointer<Float>, bankBands: Int, maps: Int, shifts: [Int], bands: Int,
        into stacked: UnsafeMutablePointer<Float>
    ) {
        let width = shifts.count * maps
        for (index, shift) in shifts.enumerated() {
            for band in 0..<bands {
                let target = stacked + band * width + index * maps
                let from = band + shift
                let isInside = from >= 0 && from < bankBands
                for map in 0..<maps { target[map] = isInside ? source[from * maps + map] : 0 }
            }
        }
    }

    /// Spreads the output of the last convolution, notes x heads, over 128 values per head.
    public func spread(_ values: UnsafePointer<Float>, into outputs: UnsafeMutablePointer<Float>) {
        Self.spread(values, notes: notes, heads: heads, lowest: lowest, into: outputs)
    }

    /// The inverse of ``spread(_:into:)``: collects the notes of the network, notes x heads, from 128 values per head.
    public func gather(_ outputs: UnsafePointer<Float>, into values: UnsafeMutablePointer<Float>) {
        for head in 0..<heads {
            let source = outputs + head * Architecture.notesPerHead + lowest
            for note in 0..<notes { values[note * heads + head] = source[note] }
        }
    }

    static func spread(
        _ values: UnsafePointer<Float>, notes: Int, heads: Int, lowest: Int, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(repeating: Layer.absent, count: heads * Architecture.notesPerHead)
        for head in 0..<heads {
            let target = outputs + head * Architecture.notesPerHead + lowest
            for note in 0..<notes { target[note] = values[note * heads + head] }
        }
    }
}
