/// A pixel canvas over cells: two pixels per cell, one above the other, if half blocks are available, else one.
struct PixelCanvas {
    private var pixels: [Colour?]
    let width: Int
    let height: Int

    /// Pixels per cell.
    static func density(isUTF8: Bool) -> Int { isUTF8 ? 2 : 1 }

    init(width: Int, height: Int) {
        self.width = max(width, 0)
        self.height = max(height, 0)
        pixels = [Colour?](repeating: nil, count: self.width * self.height)
    }

    /// Nil is transparent. Outside the canvas, reads return nil and writes are ignored.
    subscript(row: Int, column: Int) -> Colour? {
        get {
            guard row >= 0, row < height, column >= 0, column < width else { return nil }
            return pixels[row * width + column]
        }
        set {
            guard row >= 0, row < height, column >= 0, column < width else { return }
            pixels[row * width + column] = newValue
        }
    }

    /// Draws a glyph with its top left pixel at (`row`, `column`).
    mutating func draw(
        _ glyph: BlockFont.Glyph, row: Int, column: Int, size: BlockFont.Size, colour: Colour
    ) {
        for y in 0..<glyph.height(size) {
            for x in 0..<glyph.width(size) where glyph.isSet(row: y, column: x, size: size) {
                self[row + y, column + x] = colour
            }
        }
    }

    /// Paints the canvas on the grid with its top left pixel in cell (`row`, `column`).
    func paint(on grid: inout CellGrid, row: Int, column: Int, isUTF8: Bool) {
        let density = Self.density(isUTF8: isUTF8)
        for y in stride(from: 0, to: height, by: density) {
            for x in 0..<width {
                let cell =
                    isUTF8 ? Self.halves(self[y, x], self[y + 1, x]) : self[y, x].map { Cell("#", foreground: $0) }
                if let cell { grid[row + y / density, column + x] = cell }
            }
        }
    }

    private static func halves(_ upper: Colour?, _ lower: Colour?) -> Cell? {
        switch (upper, lower) {
        case (nil, nil): nil
        case (let upper?, nil): Cell(Cell.Block.upperHalf, foreground: upper)
        case (nil, let lower?): Cell(Cell.Block.lowerHalf, foreground: lower)
        case (let upper?, let lower?):
            upper == lower
                ? Cell(Cell.Block.full, foreground: upper)
                : Cell(Cell.Block.upperHalf, foreground: upper, background: lower)
        }
    }
}
