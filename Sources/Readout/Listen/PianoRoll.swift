import Music
import Terminal

/// The scrolling piano roll: time runs to the right with now at the right edge; low notes are at the bottom. Every C is
/// labelled, and the rows of black keys are darker. The first column of a note is brighter, so that repeated notes are
/// visible. It is red for a note that the score does not have; a short red stroke marks a missed note.
struct PianoRoll {
    /// The time span of the roll in seconds, if a column then spans 0.04 to 0.1 s.
    static let span = 8.0
    /// Columns left of the roll for octave labels.
    static let gutter = 4

    let traits: TerminalTraits
    /// In cells, including the gutter.
    let columns: Int
    let rows: Int

    /// The time span of one column, in seconds.
    static func secondsPerColumn(columns: Int) -> Double {
        min(max(span / Double(max(columns - gutter, 1)), 0.04), 0.1)
    }

    /// The mapping from pitches to pixel rows.
    private struct Scale {
        /// The lowest note shown.
        let bottom: Int
        /// 2 if the height allows, else 1.
        let pixelsPerNote: Int
        /// 1, or more if the height is small.
        let notesPerPixel: Int
        let pixels: Int

        init(notes: [RollNote], pixels: Int) {
            let lowest = notes.map(\.note).min() ?? 60
            let highest = notes.map(\.note).max() ?? 71
            // Show whole octaves, so that the range changes rarely; show only the needed notes if octaves do not fit.
            let octaves = (lowest / 12 * 12, highest / 12 * 12 + 11)
            let (low, high) = octaves.1 - octaves.0 < pixels ? octaves : (lowest, highest)
            let needed = high - low + 1
            self.pixels = pixels
            pixelsPerNote = needed * 2 <= pixels ? 2 : 1
            notesPerPixel = max((needed + pixels - 1) / max(pixels, 1), 1)
            let shown = pixels * notesPerPixel / pixelsPerNote
            bottom = min(max(low - (shown - needed) / 2, 0), max(Pitch.range.upperBound + 1 - shown, 0))
        }

        /// The pixel rows of a note, from the top.
        func rows(of note: Int) -> Range<Int> {
            let fromBottom = (note - bottom) / notesPerPixel * pixelsPerNote
            return (pixels - fromBottom - pixelsPerNote)..<(pixels - fromBottom)
        }

        /// The lowest of the notes that share a pixel row.
        func note(atRow row: Int) -> Int {
            bottom + (pixels - 1 - row) / pixelsPerNote * notesPerPixel
        }
    }

    func draw(
        _ notes: [RollNote], missed: [ScoreTally.Mistake] = [], now: Double, on grid: inout CellGrid, row top: Int
    ) {
        let density = PixelCanvas.density(isUTF8: traits.isUTF8)
        let width = columns - Self.gutter
        guard rows > 0, width > 0 else { return }
        let scale = Scale(notes: notes, pixels: rows * density)
        var canvas = PixelCanvas(width: width, height: scale.pixels)
        mark(missed, now: now, scale: scale, on: &canvas)
        place(notes, now: now, scale: scale, on: &canvas)

        for y in 0..<rows {
            let pixelRows = (y * density)..<((y + 1) * density)
            for x in 0..<width {
                grid[top + y, Self.gutter + x] = cell(canvas, scale, rows: pixelRows, column: x)
            }
            if let note = pixelRows.map(scale.note).first(where: { containsC($0, scale) }) {
                grid.write(
                    "C\((note + scale.notesPerPixel - 1) / 12 - 1)", row: top + y, column: 0, foreground: Palette.faint)
            }
        }
    }

    /// The length of a missed note's stroke, in seconds.
    static let missedLength = 0.3

    private func mark(_ missed: [ScoreTally.Mistake], now: Double, scale: Scale, on canvas: inout PixelCanvas) {
        let perColumn = Self.secondsPerColumn(columns: columns)
        let newest = Int((now / perColumn).rounded(.down))
        let length = max(Int(Self.missedLength / perColumn), 2)
        let colour = Palette.alarm.mixed(with: Palette.ink, share: 0.35)
        for mistake in missed where abs(mistake.time - now) < 1e6 {
            let first = Int((mistake.time / perColumn).rounded(.down)) - newest + canvas.width - 1
            guard first < canvas.width, first > -length else { continue }
            // The canvas ignores pixels outside it.
            for row in scale.rows(of: mistake.note) {
                for column in first..<(first + length) { canvas[row, column] = colour }
            }
        }
    }

    private func place(_ notes: [RollNote], now: Double, scale: Scale, on canvas: inout PixelCanvas) {
        let perColumn = Self.secondsPerColumn(columns: columns)
        let newest = Int((now / perColumn).rounded(.down))
        let oldest = newest - canvas.width + 1
        for note in notes {
            let first = Int((note.start / perColumn).rounded(.down))
            let end = note.end.map { max(Int(($0 / perColumn).rounded(.up)) - 1, first) } ?? newest
            guard end >= oldest, first <= newest else { continue }
            let colour = Palette.colour(ofNote: note.note, velocity: note.velocity)
            let attack = note.isWrong ? Palette.alarm : colour.mixed(with: Palette.attack, share: 0.65)
            let attackEnd = note.isWrong ? first + 2 : first
            for row in scale.rows(of: note.note) {
                for column in max(first, oldest)...max(min(end, newest), max(first, oldest)) {
                    canvas[row, column - oldest] = column <= attackEnd ? attack : colour
                }
            }
        }
    }

    /// One cell of the roll: notes over the keyboard background.
    private func cell(_ canvas: PixelCanvas, _ scale: Scale, rows: Range<Int>, column: Int) -> Cell {
        let pixels = rows.map { canvas[$0, column] }
        guard traits.colours != .none else { return plainCell(pixels, scale, rows: rows, column: column) }
        let backgrounds = rows.map { background(scale.note(atRow: $0), scale) }
        guard traits.isUTF8, let upper = pixels.first, let lower = pixels.last else {
            return Cell(
                pixels.contains { $0 != nil } ? "=" : " ", foreground: pixels.first ?? nil,
                background: backgrounds.first)
        }
        let (top, bottom) = (upper ?? backgrounds[0], lower ?? backgrounds[rows.count - 1])
        return top == bottom
            ? Cell(" ", background: top) : Cell(Cell.Block.upperHalf, foreground: top, background: bottom)
    }

    /// Without colours, dotted lines mark the octaves.
    private func plainCell(_ pixels: [Colour?], _ scale: Scale, rows: Range<Int>, column: Int) -> Cell {
        let isDotted = column % 4 == 0 && rows.contains { containsC(scale.note(atRow: $0), scale) }
        guard traits.isUTF8 else {
            return Cell(pixels.contains { $0 != nil } ? "=" : isDotted ? "." : " ")
        }
        return switch (pixels.first ?? nil, pixels.last ?? nil) {
        case (nil, nil): Cell(isDotted ? "\u{B7}" : " ")
        case (_?, nil): Cell(Cell.Block.upperHalf)
        case (nil, _?): Cell(Cell.Block.lowerHalf)
        default: Cell(Cell.Block.full)
        }
    }

    private func containsC(_ note: Int, _ scale: Scale) -> Bool {
        (note..<note + scale.notesPerPixel).contains { $0 % 12 == 0 }
    }

    private func background(_ note: Int, _ scale: Scale) -> Colour {
        if containsC(note, scale) { return Palette.octaveRow }
        return [1, 3, 6, 8, 10].contains(note % 12) ? Palette.blackKeyRow : Palette.whiteKeyRow
    }
}
