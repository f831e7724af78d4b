/// The MIREX measures of multiple fundamental frequency estimation, for 128 notes instead of frequencies.
///
/// Source: Poliner & Ellis 2007. Equals `mir_eval.multipitch.metrics` for equal time bases: a frequency within half a
/// semitone is a hit there, which on the equal-tempered grid means the same note. Counts are sums over all frames;
/// recordings are added up with `+`.
public struct MultiPitchScore: Sendable, Equatable {
    /// Cells that are on in both rolls.
    public var truePositives = 0
    /// Cells that are on in the reference, and in the estimate.
    public var reference = 0
    public var estimated = 0
    private var substituted = 0
    private var missed = 0
    private var falseAlarms = 0

    public init() {}

    /// Compares two rolls row by row, up to the end of the shorter one.
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

    /// The counts for precision, recall and F1 of the cells.
    public var cells: PrecisionRecall {
        PrecisionRecall(truePositives: truePositives, estimated: estimated, reference: reference)
    }

    /// Acc: hits divided by the sum of hits, misses and false alarms.
    public var accuracy: Double { ratio(truePositives, reference + estimated - truePositives) }
    /// Etot: all errors divided by the cells of the reference. May exceed 1.
    public var totalError: Double { ratio(substituted + missed + falseAlarms, reference) }
    /// Esub: cells of the reference for which another note was estimated.
    public var substitutionError: Double { ratio(substituted, reference) }
    /// Emiss: missed cells that are not substitutions.
    public var missError: Double { ratio(missed, reference) }
    /// Efa: false alarms that are not substitutions.
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
