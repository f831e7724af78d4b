/// What the three steps of a path cost.
///
/// A step to a cell adds the step's weight times the cell's cost and the step's penalty. The first cell counts once.
public struct StepRule: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public var weight: Double
        public var penalty: Double

        public init(weight: Double = 1, penalty: Double = 0) {
            self.weight = weight
            self.penalty = penalty
        }
    }

    /// To the next row and the next column.
    public var both: Step
    /// To the next column in the same row.
    public var column: Step
    /// To the next row in the same column.
    public var row: Step

    /// By default every cell counts once, as in the paper.
    public init(both: Step = Step(), column: Step = Step(), row: Step = Step()) {
        self.both = both
        self.column = column
        self.row = row
    }
}
