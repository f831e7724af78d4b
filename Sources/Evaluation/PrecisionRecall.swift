/// Precision, recall and their harmonic mean, from counts. Where nothing is to be counted, 0, as in mir_eval.
public struct PrecisionRecall: Sendable, Equatable {
    public var truePositives: Int
    /// All that was claimed.
    public var estimated: Int
    /// All that should have been.
    public var reference: Int

    public init(truePositives: Int = 0, estimated: Int = 0, reference: Int = 0) {
        self.truePositives = truePositives
        self.estimated = estimated
        self.reference = reference
    }

    public var precision: Double { estimated > 0 ? Double(truePositives) / Double(estimated) : 0 }
    public var recall: Double { reference > 0 ? Double(truePositives) / Double(reference) : 0 }
    public var f1: Double {
        truePositives > 0 ? 2 * precision * recall / (precision + recall) : 0
    }

    public static func + (left: Self, right: Self) -> Self {
        PrecisionRecall(
            truePositives: left.truePositives + right.truePositives, estimated: left.estimated + right.estimated,
            reference: left.reference + right.reference)
    }
}
