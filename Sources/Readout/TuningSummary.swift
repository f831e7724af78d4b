import Basics
import Wire

/// The tuning of a `Status` in one line.
public struct TuningSummary: Sendable {
    private let tuning: Status.Tuning

    public init(_ tuning: Status.Tuning) {
        self.tuning = tuning
    }

    /// Such as "A4 = 427.1 Hz, automatic (estimate 427.3 Hz up to a semitone, confidence 0.93)".
    public var text: String {
        let a4 = "A4 = \(Numeral.decimal(tuning.a4, places: 1)) Hz"
        guard tuning.isTunable else { return "\(a4), the only tuning of this model\(estimate)" }
        return "\(a4), \(tuning.isAutomatic ? "automatic" : "set")\(estimate)"
    }

    private var estimate: String {
        guard let estimate = tuning.estimate else { return " (no estimate yet)" }
        return " (estimate \(Numeral.decimal(estimate, places: 1)) Hz up to a semitone, confidence"
            + " \(Numeral.decimal(tuning.confidence, places: 2)))"
    }
}
