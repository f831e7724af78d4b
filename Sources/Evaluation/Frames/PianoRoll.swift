import Music

/// Which of the 128 notes sound at each of a row of moments.
public struct PianoRoll: Sendable, Equatable {
    /// Columns: one for each MIDI note.
    public static let notes = 128

    /// Rows: moments.
    public let count: Int
    /// Row by row.
    public private(set) var cells: [Bool]

    /// - Parameter count: rows, all silent.
    public init(count: Int) {
        self.count = max(0, count)
        cells = [Bool](repeating: false, count: self.count * Self.notes)
    }

    /// Rasterises notes: a note sounds at a moment c when `start <= c < end`.
    ///
    /// - Parameters:
    ///   - notes: pitches outside 0...127 are left out.
    ///   - grid: the moments.
    public init(_ notes: [Note], on grid: FrameGrid) {
        self.init(count: grid.count)
        for note in notes where (0..<Self.notes).contains(note.pitch) {
            let first = grid.firstRow(atOrAfter: note.start * Double(grid.sampleRate))
            let end = grid.firstRow(atOrAfter: note.end * Double(grid.sampleRate))
            guard first < end else { continue }
            for row in first..<end { cells[row * Self.notes + note.pitch] = true }
        }
    }

    /// Marks every cell whose score reaches `threshold`.
    public init(scores: [Float], atLeast threshold: Double) {
        self.init(count: scores.count / Self.notes)
        for index in cells.indices { cells[index] = Double(scores[index]) >= threshold }
    }

    public subscript(row: Int, note: Int) -> Bool {
        get { cells[row * Self.notes + note] }
        set { cells[row * Self.notes + note] = newValue }
    }
}
