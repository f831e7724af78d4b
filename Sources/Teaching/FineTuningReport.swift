import Basics

/// Compares a model before and after fine-tuning, and decides whether it has improved.
public struct FineTuningReport: Sendable, Codable, Equatable {
    /// Figures on the same recordings, before and after.
    public struct Comparison: Sendable, Codable, Equatable {
        public var before: PassageFigures
        public var after: PassageFigures

        public init(before: PassageFigures, after: PassageFigures) {
            self.before = before
            self.after = after
        }

        /// The gain in average precision.
        var gain: Double { after.averagePrecision - before.averagePrecision }
        var onsetGain: Double { after.onsetF1 - before.onsetF1 }
    }

    /// Figures on the held-out parts of the user's recordings.
    public var own: Comparison
    /// Figures on rendered recordings of other instruments.
    public var others: Comparison

    public init(own: Comparison, others: Comparison) {
        self.own = own
        self.others = others
    }

    /// Smallest gain in average precision that counts as an improvement. Smaller differences arise from the seed
    /// alone.
    public static let leastGain = 0.005
    /// Largest tolerated loss of average precision on other instruments.
    public static let toleratedLoss = 0.03
    /// Largest tolerated loss of onset F1 on the user's recordings.
    public static let toleratedOnsetLoss = 0.01

    public var isBetter: Bool {
        own.gain >= Self.leastGain && own.onsetGain >= -Self.toleratedOnsetLoss && others.gain >= -Self.toleratedLoss
    }

    /// The verdict in one sentence.
    public var sentence: String {
        let figures =
            "AP \(Self.change(own, \.averagePrecision)) on your playing; "
            + "\(Self.change(others, \.averagePrecision)) on other instruments"
        if isBetter { return "better: \(figures)" }
        let reason: String
        if own.gain < Self.leastGain {
            reason = "it did not learn enough"
        } else if own.onsetGain < -Self.toleratedOnsetLoss {
            reason = "it detects fewer onsets (F1 \(Self.change(own, \.onsetF1)))"
        } else {
            reason = "it forgot too much about other instruments"
        }
        return "no better, keep the base model: \(reason); \(figures)"
    }

    /// A table with a row for each group of recordings and figure.
    public var table: String {
        var table = TextTable(
            columns: [
                .words("held out"), TextTable.Column(title: "seconds"), .words("figure"),
                TextTable.Column(title: "before"), TextTable.Column(title: "after"),
            ])
        let kinds: [(String, Comparison)] = [("your playing", own), ("other instruments", others)]
        let figures: [(String, KeyPath<PassageFigures, Double>)] = [
            ("AP of frames", \.averagePrecision), ("F1 of frames", \.frameF1), ("F1 of onsets, 50 ms", \.onsetF1),
        ]
        for (kind, comparison) in kinds {
            for (index, (name, figure)) in figures.enumerated() {
                table.rows.append([
                    index == 0 ? kind : "", index == 0 ? Numeral.fixed(comparison.after.seconds, 0) : "", name,
                    Numeral.fixed(comparison.before[keyPath: figure], 3),
                    Numeral.fixed(comparison.after[keyPath: figure], 3),
                ])
            }
        }
        return table.text
    }

    private static func change(_ comparison: Comparison, _ figure: KeyPath<PassageFigures, Double>) -> String {
        Numeral.fixed(comparison.before[keyPath: figure], 3) + " -> "
            + Numeral.fixed(comparison.after[keyPath: figure], 3)
    }
}
