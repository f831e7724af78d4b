/// The MIREX measures of multiple fundamental frequency estimation, for 128 classes instead of frequencies.
///
/// Source: Poliner & Ellis 2007; as in `mir_eval.multipitch.metrics` for equal time bases, where a frequency within half
/// a semitone is a hit: on the equal-tempered grid that is the same note. Sums over all frames; add recordings with `+`.
public struct MultiPitchScore: Sendable, Equatable {
    /// Notes in both.
    public var truePositives = 0
    /// Notes of the reference and of the estimate, over all frames.
    public var reference = 0
    public var estimated = 0
    private var substituted = 0
    private var missed = 0
    private var falseAlarms = 0

    public init() {}

    /// Compares two rolls, row by row, as far as the shorter one goes.
    public init(reference truth: PianoRoll, estimate: PianoRoll) {
        for row in 0..<min(truth.count, estimate.count) {
            var (inBoth, inTruth, inEstimate) = (0, 0, 0)
            for index in row * PianoRoll.notes..<(row + 1) * PianoRoll.notes {
                if truth.cells[index] { inTruth += 1 }
                if estimate.cells[index] { inEstimate += 1 }
                if truth.cells[index], estimate.cells[index] { inBoth += 1 }
            }
            truePositives += inBoth
            reference += inTruth
            estimated += inEstimate
            substituted += min(inTruth, inEstimate) - inBoth
            missed += max(0, inTruth - inEstimate)
            falseAlarms += max(0, inEstimate - inTruth)
        }
    }

    /// Precision, recall and F1 of the cells.
    public var cells: PrecisionRecall {
        PrecisionRecall(truePositives: truePositives, estimated: estimated, reference: reference)
    }

    /// Acc: hits over hits, misses and false alarms.
    public var accuracy: Double { ratio(truePositives, reference + estimated - truePositives) }
    /// Etot: all errors over the notes of the reference. May exceed 1.
    public var totalError: Double { ratio(substituted + missed + falseAlarms, reference) }
    /// Esub: notes taken for others.
    public var substitutionError: Double { ratio(substituted, reference) }
    /// Emiss: notes missed beyond substitutions.
    public var missError: Double { ratio(missed, reference) }
    /// Efa: notes claimed beyond substitutions.
    public var falseAlarmError: Double { ratio(falseAlarms, reference) }

    private func ratio(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.truePositives += right.truePositives
        sum.reference += right.reference
        sum.estimated += right.estimated
        sum.substituted += right.substituted
        sum.missed += right.missed
        sum.falseAlarms += right.falseAlarms
        return sum
    }
}
