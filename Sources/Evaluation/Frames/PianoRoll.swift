import Music

/// Which of the 128 MIDI notes sound at each of a sequence of times.
public struct PianoRoll: Sendable, Equatable {
    /// Columns, one for each MIDI note.
    public static let notes = 128

    /// Rows, one for each time.
    public let count: Int
    /// `count * notes` cells in row-major order.
    public private(set) var cells: [Bool]

    /// A roll without notes.
    ///
    /// - Parameter count: number of rows.
    public init(count: Int) {
        self.count = max(0, count)
        cells = [Bool](repeating: false, count: self.count * Self.notes)
    }

    /// Rasterizes notes. A note sounds at time t if `start <= t < end`.
    ///
    /// - Parameters:
    ///   - notes: those with pitches outside 0...127 are ignored.
    ///   - grid: the times of the rows.
    public init(_ notes: [Note], on grid: FrameGrid) {
        self.init(count: grid.count)
        for note in notes where (0..<Self.notes).contains(note.pitch) {
            let first = grid.firstRow(atOrAfter: FrameGrid.sample(note.start, rate: grid.sampleRate))
            let end = grid.firstRow(atOrAfter: FrameGrid.sample(note.end, rate: grid.sampleRate))
            guard first < end else { continue }
            for row in first..<end { cells[row * Self.notes + note.pitch] = true }
        }
    }

    /// Rasterizes notes at times that are not equally spaced.
    ///
    /// - Parameters:
    ///   - notes: those with pitches outside 0...127 are ignored.
    ///   - times: in samples, in ascending order; duplicates are allowed.
    public init(_ notes: [Note], at times: [Int], sampleRate: Int) {
        self.init(count: times.count)
        for note in notes where (0..<Self.notes).contains(note.pitch) {
            let start = FrameGrid.sample(note.start, rate: sampleRate)
            let end = FrameGrid.sample(note.end, rate: sampleRate)
            var row = times.count { Double($0) < start }
            while row < times.count, Double(times[row]) < end {
                cells[row * Self.notes + note.pitch] = true
                row += 1
            }
        }
    }

    /// Turns on every cell whose score is above `threshold`.
    public init(scores: [Float], above threshold: Double) {
        self.init(scores: scores, atLeast: threshold.nextUp)
    }

    /// Turns on every cell whose score is at least `threshold`.
    public init(scores: [Float], atLeast threshold: Double) {
        self.init(count: scores.count / Self.notes)
        for index in cells.indices { cells[index] = Double(scores[index]) >= threshold }
    }

    /// The number of notes that sound in a row.
    public func labelCount(row: Int) -> Int { cells[row * Self.notes..<(row + 1) * Self.notes].count { $0 } }

    public subscript(row: Int, note: Int) -> Bool {
        get { cells[row * Self.notes + note] }
        set { cells[row * Self.notes + note] = newValue }
    }
}
