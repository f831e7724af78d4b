/// What is written along one side of a panel, and how numbers find their place on it.
public struct Axis: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case linear
        /// Base 10; only positive numbers have a place.
        case logarithmic
    }

    public enum Labels: Sendable, Equatable {
        /// Round numbers.
        case numbers
        /// Grid lines at round numbers, with nothing beside them: for panels above another with the same axis.
        case hidden
        /// Neither grid nor numbers.
        case none
        /// Numbers with names of their own, such as measures or notes: those that have room.
        case places([Place])
        /// Names of the slots 0...1, 1...2 and so on, as bar charts use them.
        case names([String])
    }

    /// A number with a name.
    public struct Place: Sendable, Equatable {
        public var value: Double
        public var name: String

        public init(_ value: Double, _ name: String) {
            self.value = value
            self.name = name
        }
    }

    /// With its unit: "frequency (kHz)".
    public var title: String?
    public var kind: Kind
    /// The numbers at the ends; nil takes them from the data.
    public var domain: ClosedRange<Double>?
    public var labels: Labels
    /// With no `domain`: zero is on the axis, whatever the data.
    public var includesZero: Bool
    /// With no `domain`: the axis ends where the data end, not at the next round number.
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

    /// A scale for data from `data`; `target` is the number of ticks it should hold, about.
    func scale(data: ClosedRange<Double>?, target: Int) throws(FiguresError) -> Scale {
        if let domain { return try Scale(kind, domain: domain) }
        if case .names(let names) = labels { return try Scale(.linear, domain: 0...Double(max(names.count, 1))) }
        guard let data else { throw .noData("no number of the axis '\(title ?? "without a name")' is finite") }
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
