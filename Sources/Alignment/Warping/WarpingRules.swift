import Kernels

/// The costs of the three kinds of step.
///
/// A step to a cell adds the cell's cost times the step's weight, plus the step's penalty. The first cell has weight 1.
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

    /// By default every cell has weight 1, as in the paper.
    public init(both: Step = Step(), column: Step = Step(), row: Step = Step()) {
        self.both = both
        self.column = column
        self.row = row
    }
}

/// The norm of the difference of two feature vectors.
public enum Norm: String, Sendable, Hashable, CaseIterable, Codable {
    /// Sum of absolute values.
    case l1
    /// Euclidean norm, which the paper uses.
    case l2
    /// Maximum absolute value.
    case linf

    var code: Int32 {
        switch self {
        case .l1: Int32(NK_NORM_L1)
        case .l2: Int32(NK_NORM_L2)
        case .linf: Int32(NK_NORM_MAX)
        }
    }
}
