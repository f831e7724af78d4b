/// One axis of a panel: its title, labels and range.
public struct Axis: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case linear
        /// Base 10; shows positive numbers only.
        case logarithmic
    }

    public enum Labels: Sendable, Equatable {
        /// Round numbers.
        case numbers
        /// Grid lines at round numbers, without labels: for a panel above another one with the same axis.
        case hidden
        /// Neither grid lines nor labels.
        case none
        /// Named values, such as measures or notes; only as many are labelled as fit.
        case places([Place])
        /// Names of the slots 0...1, 1...2 and so on, for bar charts.
        case names([String])
    }

    /// A value with a name.
    public struct Place: Sendable, Equatable {
        public var value: Double
        public var name: String

        public init(_ value: Double, _ name: String) {
            self.value = value
            self.name = name
        }
    }

    /// The title with its unit: "frequency (kHz)".
    public var title: String?
    public var kind: Kind
    /// The range of the axis; nil for the range of the data.
    public var domain: ClosedRange<Double>?
    public var labels: Labels
    /// Whether an axis without `domain` always includes zero.
    public var includesZero: Bool
    /// Whether an axis without `domain` ends where the data end instead of at the next round number.
    public var isTight: Bool

    public init(
        _ title: String? = nil, kind: Kind = .linear, domain: ClosedRange<Double>? = nil, labels: Labels = .numbers,
        includesZero: Bool = false, isTight: Bool = false
    ) {
        self.title = title
        self.kind = kind
        self.domain = domain
        self.labels = labels
        self.includesZero = includesZero
        self.isTight = isTight
    }

    /// Makes the scale for data in the range `data`, with about `target` ticks.
    func scale(data: ClosedRange<Double>?, target: Int) throws(FiguresError) -> Scale {
        if let domain { return try Scale(kind, domain: domain) }
        if case .names(let names) = labels { return try Scale(.linear, domain: 0...Double(max(names.count, 1))) }
        guard let data else { throw .noData("the axis '\(title ?? "without a title")' has no finite value") }
        let extent = includesZero && kind == .linear ? min(data.lowerBound, 0)...max(data.upperBound, 0) : data
        let scale = try Scale(kind, domain: extent)
        guard !isTight, kind == .linear else { return scale }
        return try Scale(kind, domain: Ticks.enclosing(scale.domain, target: target))
    }

    func ticks(on scale: Scale, target: Int) -> Ticks {
        switch labels {
        case .numbers, .hidden: Ticks(on: scale, target: target)
        case .none: .none
        case .places(let places): Ticks(places: places, on: scale, target: target)
        case .names(let names): Ticks(names: names)
        }
    }
}
