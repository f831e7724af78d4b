/// A network of filters in log-frequency, harmonics side by side, and convolutions over time and frequency: what its layers are, once it is
/// clear that they are of this form.
public struct GridStack: Sendable {
    /// A convolution, and whether max(0, x) follows.
    public struct Stage: Sendable {
        /// Index of the convolution in the architecture.
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
    /// Bands of the first convolution's input.
    public let bands: Int
    public let stages: [Stage]
    /// The note of the last convolution's first band, and how many there are.
    public let lowest: Int
    public let notes: Int
    public let heads: Int
    /// Whether a logistic function comes last.
    public let isLogistic: Bool
    /// Positions of the bank in a window, less one.
    public let reach: Int

    /// The coarsest grid of positions that the network can be computed on, in positions of the bank: every time step is a multiple of it.
    public var coarsestSpacing: Int {
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
        return max(1, stages.filter { $0.grid.time > 1 }.map(\.grid.timeStep).reduce(0, divisor))
    }

    /// Nil for a network of another form.
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

    /// Nil as well where windows a hop apart don't share all but their newest position.
    init?(sharing info: ModelInfo) {
        guard let stack = GridStack(info.architecture, window: info.window), stack.bank.stride == info.hop,
            stack.bank.segment >= info.hop, stack.bank.segment + stack.reach * info.hop == info.window
        else { return nil }
        self = stack
    }

    /// Puts a position's bands side by side with their harmonics.
    ///
    /// - Parameters:
    ///   - bands: as ``BankTransform`` gives them.
    ///   - stacked: `self.bands` x (shifts x resolutions) numbers.
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

    /// Spreads the last convolution's numbers, notes x heads, over 128 for each head.
    public func spread(_ values: UnsafePointer<Float>, into outputs: UnsafeMutablePointer<Float>) {
        Self.spread(values, notes: notes, heads: heads, lowest: lowest, into: outputs)
    }

    /// The way back: of 128 numbers for each head those that belong to a note of the network, notes x heads.
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
