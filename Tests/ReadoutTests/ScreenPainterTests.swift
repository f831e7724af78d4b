import Basics
import Readout
import Terminal
import Testing

/// A minimal terminal emulator for the painter's output: a cursor, `H`, `2J` and `m`.
private struct TinyTerminal {
    private(set) var lines: [[Unicode.Scalar]]
    private var row = 0
    private var column = 0

    init(size: TerminalSize) {
        lines = Array(repeating: Array(repeating: " ", count: size.columns), count: size.rows)
    }

    var text: String {
        lines.map { line in
            var text = String(String.UnicodeScalarView(line))
            while text.last == " " { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }

    mutating func feed(_ bytes: [UInt8]) {
        var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\u{1B}" else {
                if lines.indices.contains(row), lines[row].indices.contains(column) { lines[row][column] = scalar }
                column += 1
                continue
            }
            rest.removeFirst()
            let end = rest.firstIndex { $0.properties.isAlphabetic } ?? rest.endIndex
            let arguments = String(rest[..<end])
            let command = rest[end]
            rest = rest[rest.index(after: end)...]
            if command == "H" {
                let place = arguments.split(separator: ";").compactMap { Int($0) }
                (row, column) = (place[0] - 1, place[1] - 1)
            } else if command == "J" {
                lines = lines.map { $0.map { _ in " " } }
            }
        }
    }
}

@Suite struct ScreenPainterTests {
    private func randomGrid(_ size: TerminalSize, _ random: inout SplitMix64, from base: CellGrid?) -> CellGrid {
        var grid = base ?? CellGrid(size: size)
        let characters: [Unicode.Scalar] = ["a", "b", " ", "\u{2580}"]
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let colour = Bool.random(using: &random) ? Colour(UInt32.random(in: 0...0xFFFFFF, using: &random)) : nil
            grid[Int.random(in: 0..<size.rows, using: &random), Int.random(in: 0..<size.columns, using: &random)] =
                Cell(
                    characters.randomElement(using: &random) ?? "x", foreground: colour, background: colour,
                    isBold: Bool.random(using: &random))
        }
        return grid
    }

    @Test(arguments: [TerminalTraits.Colours.none, .palette256, .direct])
    func outputReproducesTheGrid(colours: TerminalTraits.Colours) {
        var random = SplitMix64(seed: 6)
        let size = TerminalSize(columns: 17, rows: 5)
        var terminal = TinyTerminal(size: size)
        var painter = ScreenPainter(colours: colours)
        var grid: CellGrid?
        for _ in 0..<200 {
            let next = randomGrid(size, &random, from: Bool.random(using: &random) ? grid : nil)
            terminal.feed(painter.bytes(for: next))
            #expect(terminal.text == next.text)
            grid = next
        }
    }

    @Test func anUnchangedGridSendsNothing() {
        var painter = ScreenPainter(colours: .direct)
        let grid = CellGrid(size: .standard)
        #expect(!painter.bytes(for: grid).isEmpty)
        #expect(painter.bytes(for: grid).isEmpty)
        painter.invalidate()
        #expect(!painter.bytes(for: grid).isEmpty)
    }

    @Test func noColoursAreSentWithoutSupport() {
        var grid = CellGrid(size: TerminalSize(columns: 2, rows: 1))
        grid[0, 0] = Cell("x", foreground: Colour(0xFF0000), background: Colour(0x00FF00), isBold: true)
        var painter = ScreenPainter(colours: .none)
        let text = String(decoding: painter.bytes(for: grid), as: UTF8.self)
        #expect(!text.contains("38;") && !text.contains("48;"))
    }

    @Test(arguments: [
        (0x000000, 16), (0xFFFFFF, 231), (0xFF0000, 196), (0x5F87AF, 67), (0x121212, 233), (0x808080, 244),
    ]) func paletteIndexIsTheNearestColour(colour: UInt32, index: Int) {
        #expect(Colour(colour).paletteIndex == index)
    }
}
