/// Highlighted ranges of the x axis: shaded over the whole height of the panel, or drawn as named bars in lanes.
public struct Regions: Sendable, Equatable {
    public struct Span: Sendable, Equatable {
        public var x: ClosedRange<Double>
        public var name: String
        public var style: SeriesStyle

        public init(_ x: ClosedRange<Double>, name: String, style: SeriesStyle = .red) {
            self.x = x
            self.name = name
            self.style = style
        }
    }

    public enum Layout: Sendable, Equatable {
        /// Translucent, without names.
        case shaded
        /// Bars with names in lanes; bars for which no lane is free are left out.
        case lanes
    }

    /// The height of a lane in pixels.
    public static let laneHeight = 17.0

    public var spans: [Span]
    public var layout: Layout

    public init(_ spans: [Span], layout: Layout) {
        self.spans = spans
        self.layout = layout
    }
}
