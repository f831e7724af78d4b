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
            let first = grid.firstRow(atOrAfter: FrameGrid.sample(note.start, rate: grid.sampleRate))
            let end = grid.firstRow(atOrAfter: FrameGrid.sample(note.end, rate: grid.sampleRate))
            guard first < end else { continue }
            for row in first..<end { cells[row * Self.notes + note.pitch] = true }
        }
    }

    /// Says which notes sound at moments that no grid holds.
    ///
    /// - Parameters:
    ///   - notes: pitches outside 0...127 are left out.
    ///   - moments: samples, in rising order; equal ones are allowed.
    public init(_ notes: [Note], at moments: [Int], sampleRate: Int) {
        self.init(count: moments.count)
        for note in notes where (0..<Self.notes).contains(note.pitch) {
            let start = FrameGrid.sample(note.start, rate: sampleRate)
            let end = FrameGrid.sample(note.end, rate: sampleRate)
            var row = moments.count { Double($0) < start }
            while row < moments.count, Double(moments[row]) < end {
                cells[row * Self.notes + note.pitch] = true
                row += 1
            }
        }
    }

    /// Marks every cell whose score is above `threshold`.
    public init(scores: [Float], above threshold: Double) {
        self.init(scores: scores, atLeast: threshold.nextUp)
    }

    /// Marks every cell whose score reaches `threshold`.
    public init(scores: [Float], atLeast threshold: Double) {
        self.init(count: scores.count / Self.notes)
        for index in cells.indices { cells[index] = Double(scores[index]) >= threshold }
    }

    /// Notes that sound at a row's moment.
    public func labelCount(row: Int) -> Int { cells[row * Self.notes..<(row + 1) * Self.notes].count { $0 } }

    public subscript(row: Int, note: Int) -> Bool {
        get { cells[row * Self.notes + note] }
        set { cells[row * Self.notes + note] = newValue }
    }
}
