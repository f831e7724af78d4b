import Kernels

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

/// How the difference of two feature vectors is measured.
public enum Norm: String, Sendable, Hashable, CaseIterable, Codable {
    /// Sum of magnitudes.
    case l1
    /// Euclidean length: the paper's.
    case l2
    /// Greatest magnitude.
    case linf

    var code: Int32 {
        switch self {
        case .l1: Int32(NK_NORM_L1)
        case .l2: Int32(NK_NORM_L2)
        case .linf: Int32(NK_NORM_MAX)
        }
    }
}
