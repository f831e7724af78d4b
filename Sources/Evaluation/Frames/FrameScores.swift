/// The scores of positive and negative cells of piano rolls, which is all that ranking metrics depend on.
///
/// Recordings are added one after the other, and the metrics are micro averages over all their cells. Takes 4 bytes per
/// cell. The first metric after an addition sorts all scores in O(n log n).
public struct FrameScores: Sendable {
    private var positives: [Float] = []
    private var negatives: [Float] = []
    private var isSorted = true

    public init() {}

    /// The number of cells added so far.
    public var count: Int { positives.count + negatives.count }

    /// Adds the cells of one recording.
    ///
    /// - Parameters:
    ///   - scores: row by row, one for each cell of `roll`; NaN ranks lowest.
    ///   - roll: the ground truth.
    public mutating func add(_ scores: [Float], truth roll: PianoRoll) {
        for index in 0..<min(scores.count, roll.cells.count) {
            let score = scores[index].isNaN ? -Float.infinity : scores[index]
            if roll.cells[index] { positives.append(score) } else { negatives.append(score) }
        }
        isSorted = false
    }

    /// Adds the cells of one row of a recording. See ``add(_:truth:)``.
    public mutating func add(_ row: Int, of scores: [Float], truth roll: PianoRoll) {
        let cells = row * PianoRoll.notes..<(row + 1) * PianoRoll.notes
        for index in cells.clamped(to: 0..<min(scores.count, roll.cells.count)) {
            add(scores[index], isOn: roll.cells[index])
        }
    }

    /// Adds one cell.
    public mutating func add(_ score: Float, isOn: Bool) {
        let score = score.isNaN ? -Float.infinity : score
        if isOn { positives.append(score) } else { negatives.append(score) }
        isSorted = false
    }

    /// Adds all cells of `other`.
    public mutating func add(_ other: FrameScores) {
        positives += other.positives
        negatives += other.negatives
        isSorted = false
    }

    private mutating func sort() {
        guard !isSorted else { return }
        positives.sort(by: >)
        negatives.sort(by: >)
        isSorted = true
    }

    /// Average precision: the sum over distinct scores, in descending order, of precision times the gain in recall.
    ///
    /// Cells of equal score count together and nothing is interpolated. Equals scikit-learn's `average_precision_score`
    /// on the flattened matrix, which the paper uses. 0 without positives, as in scikit-learn. O(n log n).
    public mutating func averagePrecision() -> Double {
        sort()
        guard !positives.isEmpty else { return 0 }
        var sum = 0.0
        var truePositives = 0
        var falsePositives = 0
        while truePositives < positives.count {
            let score = positives[truePositives]
            let before = truePositives
            while truePositives < positives.count, positives[truePositives] == score { truePositives += 1 }
            while falsePositives < negatives.count, negatives[falsePositives] >= score { falsePositives += 1 }
            sum += Double(truePositives - before) * Double(truePositives) / Double(truePositives + falsePositives)
        }
        return sum / Double(positives.count)
    }

    /// Counts the cells if those with a score above `threshold` are predicted on.
    public mutating func counts(above threshold: Double) -> PrecisionRecall {
        sort()
        let truePositives = Self.count(positives) { Double($0) > threshold }
        let falsePositives = Self.count(negatives) { Double($0) > threshold }
        return PrecisionRecall(
            truePositives: truePositives, estimated: truePositives + falsePositives, reference: positives.count)
    }

    /// Counts the cells if those with a score of at least `threshold` are predicted on.
    public mutating func counts(atLeast threshold: Double) -> PrecisionRecall {
        counts(above: threshold.nextDown)
    }

    /// The threshold with the highest F1 among `steps - 1` equally spaced ones between the lowest and the highest
    /// score; the lowest of equals. Cells above it are predicted on.
    ///
    /// The threshold is chosen on the data that it is applied to, so its F1 is an upper bound, not a result.
    public mutating func bestThreshold(steps: Int = 500) -> (threshold: Double, counts: PrecisionRecall) {
        sort()
        var best = (threshold: 0.0, counts: counts(above: .infinity))
        let lowest = Double(min(positives.last ?? .infinity, negatives.last ?? .infinity))
        let highest = Double(max(positives.first ?? -.infinity, negatives.first ?? -.infinity))
        guard lowest.isFinite, highest.isFinite, steps > 1 else { return best }
        let step = (highest - lowest) / Double(steps)
        for index in 1..<steps {
            let threshold = lowest + Double(index) * step
            let found = counts(above: threshold)
            if found.f1 > best.counts.f1 { best = (threshold, found) }
        }
        return best
    }

    /// The threshold with the highest F1 among `candidates`; the first of equals. Cells above it are predicted on.
    ///
    /// - Returns: nil without candidates.
    public mutating func bestThreshold(among candidates: [Double]) -> (threshold: Double, counts: PrecisionRecall)? {
        guard let first = candidates.first else { return nil }
        var best = (threshold: first, counts: counts(above: first))
        for threshold in candidates.dropFirst() {
            let found = counts(above: threshold)
            if found.f1 > best.counts.f1 { best = (threshold, found) }
        }
        return best
    }

    /// The precision-recall curve from the highest threshold to the lowest, thinned to about `points` points.
    ///
    /// The points are those of scikit-learn's `precision_recall_curve` at the scores of positive cells, where equal
    /// scores count together. Of the points between two multiples of 1 / `points` of recall the first is kept, and so
    /// is the last point of all. Empty without positives.
    public mutating func curve(points: Int = 250) -> (recall: [Double], precision: [Double]) {
        sort()
        var recall: [Double] = []
        var precision: [Double] = []
        var truePositives = 0
        var falsePositives = 0
        var nextKept = 0
        while truePositives < positives.count {
            let score = positives[truePositives]
            while truePositives < positives.count, positives[truePositives] == score { truePositives += 1 }
            while falsePositives < negatives.count, negatives[falsePositives] >= score { falsePositives += 1 }
            let step = truePositives * points / positives.count
            guard step >= nextKept || truePositives == positives.count else { continue }
            nextKept = step + 1
            recall.append(Double(truePositives) / Double(positives.count))
            precision.append(Double(truePositives) / Double(truePositives + falsePositives))
        }
        return (recall, precision)
    }

    /// The length of the prefix of `scores` for which `holds` is true, by binary search.
    private static func count(_ scores: [Float], where holds: (Float) -> Bool) -> Int {
        var (low, high) = (0, scores.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(scores[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
