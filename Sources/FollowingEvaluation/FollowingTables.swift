import Basics
import Following

/// Evaluations as tables, with the means over all pairs in the last rows.
public struct FollowingTables: Sendable {
    private let evaluations: [PlayedEvaluation]
    private let unplayed: [UnplayedEvaluation]
    private let means: FollowingMeans

    public init(_ results: [PairEvaluation]) {
        evaluations = results.compactMap(\.played)
        unplayed = results.compactMap(\.unplayed)
        means = FollowingMeans(evaluations)
    }

    public var text: String {
        var parts: [String] = []
        if evaluations.contains(where: { $0.arrival != nil }) {
            parts.append(
                "Arrival: time at which the position reached an onset, minus the time of the onset\n\n" + arrival.text)
        }
        if !evaluations.isEmpty {
            parts.append(
                "Position at onset: position when an onset was played, minus that of the onset\n\n" + position.text
            )
            parts.append("Confidence and states\n\n" + confidence.text)
        }
        if means.discontinuities > 0 {
            parts.append("Recovery: until the position is within 0.5 s for 8 onsets\n\n" + recoveries.text)
        }
        if !evaluations.isEmpty {
            parts.append("Reliability of the confidence, all pairs\n\n" + reliability.text)
        }
        if !unplayed.isEmpty {
            parts.append("Other music: nothing of these scores is played\n\n" + otherMusic.text)
        }
        return parts.joined(separator: "\n\n\n")
    }

    // MARK: Errors

    public var arrival: TextTable {
        Self.errors(evaluations.map { ($0.pair, $0.arrival) }, mean: means.arrival)
    }

    public var position: TextTable {
        Self.errors(evaluations.map { ($0.pair, $0.position) }, mean: means.position)
    }

    private static func errors(_ rows: [(name: String, figures: ErrorFigures?)], mean: ErrorFigures?) -> TextTable {
        var table = TextTable(
            columns: [.words("pair")]
                + TextTable.Column.numbers(
                    "onsets", "missed", "median ms", "p90 ms", "bias ms", "<=50 ms", "<=100 ms", "<=250 ms",
                    "<=500 ms"))
        table.rows = rows.map { [$0.name] + cells($0.figures) }
        if rows.count > 1 { table.rows += [[], ["mean"] + cells(mean)] }
        return table
    }

    private static func cells(_ figures: ErrorFigures?) -> [String] {
        guard let figures else { return [String](repeating: "-", count: 9) }
        return [Numeral.grouped(figures.onsets), Numeral.grouped(figures.missed)]
            + [figures.median, figures.percentile90, figures.bias].map { $0.map { Numeral.fixed($0, 0) } ?? "-" }
            + [figures.within50, figures.within100, figures.within250, figures.within500].map(Numeral.percent)
    }

    // MARK: Confidence

    public var confidence: TextTable {
        var table = TextTable(
            columns: [.words("pair")]
                + TextTable.Column.numbers("false s", "false", "calibration error")
                + FollowingState.allCases.map { TextTable.Column(title: $0.rawValue) }
                + TextTable.Column.numbers("jumps", "ms a hop"))
        table.rows = evaluations.map { evaluation in
            [evaluation.pair] + Self.cells(evaluation.confidence)
                + FollowingState.allCases.map { Numeral.percent(evaluation.states[$0.rawValue] ?? 0) }
                + [
                    evaluation.jumps.map(Numeral.grouped) ?? "-",
                    Self.cost(evaluation.processorSeconds, evaluation.duration),
                ]
        }
        if evaluations.count > 1 {
            let blanks = [String](repeating: "", count: FollowingState.allCases.count + 2)
            table.rows += [[], ["all"] + Self.cells(means.confidence) + blanks]
        }
        return table
    }

    private static func cells(_ evaluation: ConfidenceEvaluation) -> [String] {
        [
            Numeral.fixed(evaluation.falseSeconds, 2), Numeral.percent(evaluation.falseShare),
            evaluation.calibrationError.map { Numeral.fixed($0, 3) } ?? "-",
        ]
    }

    private static func cost(_ seconds: Double?, _ duration: Double) -> String {
        guard let seconds, duration > 0 else { return "-" }
        let hops = duration * FileFollowing.rate / Double(FileFollowing.hop)
        return Numeral.fixed(1000 * seconds / hops, 3)
    }

    public var reliability: TextTable {
        var table = TextTable(
            columns: [.words("confidence")] + TextTable.Column.numbers("rows", "mean confidence", "right"))
        for (index, bin) in means.confidence.bins.enumerated() {
            let name = "\(Numeral.fixed(Double(index) / 10, 1)) to \(Numeral.fixed(Double(index + 1) / 10, 1))"
            let isEmpty = bin.count == 0
            table.rows.append([
                name, Numeral.grouped(bin.count), isEmpty ? "-" : Numeral.fixed(bin.confidence, 3),
                isEmpty ? "-" : Numeral.percent(bin.right),
            ])
        }
        return table
    }

    // MARK: Recovery

    public var recoveries: TextTable {
        var table = TextTable(
            columns: [.words("pair"), .words("event")] + TextTable.Column.numbers("at s", "recovered after s"))
        for evaluation in evaluations {
            table.rows += evaluation.recoveries.map {
                [
                    evaluation.pair, $0.kind.rawValue, Numeral.fixed($0.at, 2),
                    $0.seconds.map { Numeral.fixed($0, 2) } ?? "never",
                ]
            }
        }
        if means.discontinuities > 1 {
            let mean = means.recovery.map { Numeral.fixed($0, 2) } ?? "-"
            table.rows += [[], ["mean", "\(means.recovered) of \(means.discontinuities) recovered", "", mean]]
        }
        return table
    }

    // MARK: Other music

    public var otherMusic: TextTable {
        var table = TextTable(
            columns: [.words("pair")] + TextTable.Column.numbers("false s", "false", "lost after s")
                + FollowingState.allCases.map { TextTable.Column(title: $0.rawValue) }
                + TextTable.Column.numbers("jumps", "ms a hop"))
        table.rows = unplayed.map { evaluation in
            [
                evaluation.pair, Numeral.fixed(evaluation.falseSeconds, 2), Numeral.percent(evaluation.falseShare),
                evaluation.lostAfter.map { Numeral.fixed($0, 2) } ?? (evaluation.hasBegun ? "never" : "-"),
            ]
                + FollowingState.allCases.map { Numeral.percent(evaluation.states[$0.rawValue] ?? 0) }
                + [
                    evaluation.jumps.map(Numeral.grouped) ?? "-",
                    Self.cost(evaluation.processorSeconds, evaluation.duration),
                ]
        }
        return table
    }
}
