/// One character cell of the screen.
public struct Cell: Hashable, Sendable {
    public var character: Unicode.Scalar
    /// Nil for the terminal's own colours.
    public var foreground: Colour?
    public var background: Colour?
    public var isBold: Bool

    public init(
        _ character: Unicode.Scalar, foreground: Colour? = nil, background: Colour? = nil, isBold: Bool = false
    ) {
        self.character = character
        self.foreground = foreground
        self.background = background
        self.isBold = isBold
    }

    public static let blank = Cell(" ")

    /// The parts of a cell that block characters fill.
    enum Block {
        static let full: Unicode.Scalar = "\u{2588}"
        static let upperHalf: Unicode.Scalar = "\u{2580}"
        static let lowerHalf: Unicode.Scalar = "\u{2584}"
        /// From empty to full, an eighth of the width at a time.
        static let leftEighths: [Unicode.Scalar] = [
            " ", "\u{258F}", "\u{258E}", "\u{258D}", "\u{258C}", "\u{258B}", "\u{258A}", "\u{2589}", "\u{2588}",
        ]
    }
}
