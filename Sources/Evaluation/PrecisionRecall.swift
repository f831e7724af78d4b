/// Precision, recall and F1 from counts. Each is 0 where its denominator is 0, as in mir_eval.
public struct PrecisionRecall: Sendable, Equatable {
    public var truePositives: Int
    /// The number of estimates.
    public var estimated: Int
    /// The number of references.
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
