import Music

/// The sounding notes in letters as large as the space allows, such as `A4 C#5 E5`. Letter and sharp are bright, the
/// octave is small and at the baseline; each note has the colour of its pitch class.
///
/// An ended note stays visible for a moment in grey, so that short notes can be read. The size fits the widest chord of
/// the last few seconds, so that letters do not change size with every note.
struct NoteBanner {
    /// How long an ended note stays visible, in seconds.
    static let lingerTime = 0.35
    /// The period over which the widest chord sets the letter size, in seconds.
    static let sizeWindow = 3.0

    let isUTF8: Bool
    /// Space in cells.
    let columns: Int
    let rows: Int

    /// A displayed note.
    private struct Name {
        let note: Int
        let isSounding: Bool
        let velocity: Int
    }

    /// Draws at cell (`row`, `column`) and below.
    func draw(_ notes: [RollNote], now: Double, on grid: inout CellGrid, row: Int, column: Int) {
        let recent = notes.suffix(400)
        let names = Self.names(recent, at: now)
        guard !names.isEmpty else { return }
        guard let size = size(for: recent, now: now) else {
            return drawPlain(names, on: &grid, row: row + (rows - 1) / 2, column: column)
        }
        let lines = self.lines(names, size)
        let pitch = cellHeight(size) + 1
        let first = row + (rows - (lines.count * pitch - 1)) / 2
        // Low notes are below high ones, as on a staff.
        for (index, line) in lines.reversed().enumerated() {
            var canvas = PixelCanvas(width: columns, height: size.height)
            var x = 0
            for name in line {
                x = Self.draw(name, on: &canvas, column: x, size: size) + size.nameGap
            }
            canvas.paint(on: &grid, row: first + index * pitch, column: column, isUTF8: isUTF8)
        }
    }

    /// The largest size that fits all chords in `sizeWindow`, else the smallest size if it fits the current chord, else
    /// nil.
    private func size(for notes: ArraySlice<RollNote>, now: Double) -> BlockFont.Size? {
        let moments = notes.map(\.start).filter { $0 > now - Self.sizeWindow && $0 < now } + [now]
        let chords = moments.map { Self.names(notes, at: $0) }
        func fits(_ chord: [Name], _ size: BlockFont.Size) -> Bool {
            let lines = self.lines(chord, size)
            return lines.count * (cellHeight(size) + 1) - 1 <= rows
                && lines.allSatisfy { Self.width($0, size) <= columns }
        }
        let sizes = BlockFont.Size.allSizes
        return sizes.last { size in chords.allSatisfy { fits($0, size) } }
            ?? sizes.first.flatMap { size in chords.last.map { fits($0, size) } == true ? size : nil }
    }

    /// Breaks the names into lines that fit the width; a name that is too wide gets its own line.
    private func lines(_ names: [Name], _ size: BlockFont.Size) -> [[Name]] {
        var lines: [[Name]] = []
        var line: [Name] = []
        for name in names {
            if !line.isEmpty, Self.width(line + [name], size) > columns {
                lines.append(line)
                line = []
            }
            line.append(name)
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private func cellHeight(_ size: BlockFont.Size) -> Int {
        let density = PixelCanvas.density(isUTF8: isUTF8)
        return (size.height + density - 1) / density
    }

    /// Draws normal text if even the smallest letters do not fit.
    private func drawPlain(_ names: [Name], on grid: inout CellGrid, row: Int, column: Int) {
        var (x, y) = (column, row)
        for name in names {
            let text = Pitch.name(name.note)
            if x + text.count > column + columns { (x, y) = (column, y + 1) }
            guard y < row + (rows + 1) / 2 else { return }
            x = grid.write(text, row: y, column: x, foreground: Self.colour(name), isBold: name.isSounding) + 1
        }
    }

    private static func names(_ notes: ArraySlice<RollNote>, at time: Double) -> [Name] {
        var names: [Int: Name] = [:]
        for note in notes where note.start <= time {
            let isSounding = note.end.map { $0 > time } ?? true
            guard isSounding || (note.end ?? time) + lingerTime > time else { continue }
            names[note.note] = Name(note: note.note, isSounding: isSounding, velocity: note.velocity)
        }
        return names.values.sorted { $0.note < $1.note }
    }

    private static func colour(_ name: Name) -> Colour {
        name.isSounding ? Palette.colour(ofNote: name.note) : Palette.ended
    }

    /// The glyphs of a note's letter and sharp, and those of its octave.
    private static func glyphs(_ note: Int) -> (letters: [BlockFont.Glyph], octave: [BlockFont.Glyph]) {
        let name = Pitch.name(note)
        let letters = name.prefix { !$0.isNumber && $0 != "-" }
        return (letters.compactMap(BlockFont.letter), name.dropFirst(letters.count).compactMap(BlockFont.digit))
    }

    private static func width(_ names: [Name], _ size: BlockFont.Size) -> Int {
        names.reduce(0) { sum, name in
            let (letters, octave) = glyphs(name.note)
            let glyphs = letters + octave
            return sum + glyphs.reduce(0) { $0 + $1.width(size) } + (glyphs.count - 1) * size.glyphGap
        } + max(names.count - 1, 0) * size.nameGap
    }

    /// - Returns: the pixel column after the name.
    private static func draw(
        _ name: Name, on canvas: inout PixelCanvas, column: Int, size: BlockFont.Size
    ) -> Int {
        let (letters, octave) = glyphs(name.note)
        let bright = colour(name)
        let dim = bright.mixed(with: Palette.ink, share: 0.35)
        var x = column
        for glyph in letters {
            canvas.draw(glyph, row: 0, column: x, size: size, colour: bright)
            x += glyph.width(size) + size.glyphGap
        }
        for glyph in octave {
            canvas.draw(glyph, row: size.height - glyph.height(size), column: x, size: size, colour: dim)
            x += glyph.width(size) + size.glyphGap
        }
        return x - size.glyphGap
    }
}
