import Basics
import Figures
import Following

/// Plots the reports of a follower, over the truth if that is known, see `FollowingFigure`.
public struct FollowingPlot: Sendable {
    public let trace: FollowingTrace
    public let reference: FollowingReference?
    /// The seconds of the recording that are shown; nil for all.
    public let times: ClosedRange<Double>?

    public init(_ trace: FollowingTrace, reference: FollowingReference?, times: ClosedRange<Double>? = nil) {
        self.trace = trace
        self.reference = reference
        self.times = times
    }

    /// - Throws: `FiguresError.noData` if nothing was published in that time.
    public func figure(title: String) throws(FiguresError) -> Figure {
        let whole = 0...max(trace.rows[trace.rows.count - 1].published, 1e-3)
        let shown = times ?? whole
        let rows = trace.rows.filter { shown.contains($0.published) }
        guard !rows.isEmpty else { throw .noData("no position was published in the selected time") }
        let truth = reference.map(PositionTruth.init)
        let positions = rows.map { reference?.scoreSeconds(atBeat: $0.beat) ?? $0.scoreSeconds }
        let errors = zip(rows, positions).map { row, position in
            row.state == .waiting ? .nan : truth?.error(at: row.published, position: position) ?? .nan
        }
        return FollowingFigure(
            title: title, note: note,
            states: FollowingState.allCases.map {
                .init(name: $0.rawValue, color: Self.color($0), isMarked: $0 != .following)
            },
            stretches: Self.stretches(rows, positions), truth: played(in: shown),
            errors: reference == nil ? [] : zip(rows, errors).map { ($0.published, $1) },
            confidence: rows.map { ($0.published, $0.confidence) }, mistakes: Self.mistakes(rows, errors),
            times: shown.lowerBound < shown.upperBound ? shown : shown.lowerBound...(shown.lowerBound + 1)
        ).figure
    }

    private static func color(_ state: FollowingState) -> Int {
        switch state {
        case .waiting: 6
        case .following: 0
        case .holding: 2
        case .lost: 1
        case .ended: 3
        }
    }

    /// Runs of one state. Each begins where the previous one ends, so that the line has no gaps.
    private static func stretches(
        _ rows: [FollowingTrace.Row], _ positions: [Double]
    ) -> [FollowingFigure.Stretch] {
        let states = FollowingState.allCases
        var stretches: [FollowingFigure.Stretch] = []
        for (index, row) in rows.enumerated() {
            let state = states.firstIndex(of: row.state) ?? 0
            if stretches.last?.state != state {
                let joint = index > 0 ? index - 1..<index : index..<index
                stretches.append(
                    .init(
                        times: joint.map { rows[$0].published }, positions: joint.map { positions[$0] }, state: state))
            }
            stretches[stretches.count - 1].times.append(row.published)
            stretches[stretches.count - 1].positions.append(positions[index])
        }
        return stretches
    }

    /// The onsets of the reference, one piece per run without a leap.
    private func played(in shown: ClosedRange<Double>) -> [[(time: Double, position: Double)]] {
        guard let reference else { return [] }
        let leaps = Set(
            Discontinuity.all(in: reference).filter { $0.kind == .skip || $0.kind == .repeat }.map(\.onset))
        var pieces: [[(time: Double, position: Double)]] = [[]]
        for (index, onset) in reference.onsets.enumerated() where shown.contains(onset.seconds) {
            if leaps.contains(index), pieces.last?.isEmpty == false { pieces.append([]) }
            pieces[pieces.count - 1].append((onset.seconds, onset.scoreSeconds))
        }
        return pieces.filter { !$0.isEmpty }
    }

    /// Periods of false confidence, as ``ConfidenceEvaluation`` counts them.
    private static func mistakes(_ rows: [FollowingTrace.Row], _ errors: [Double]) -> [ClosedRange<Double>] {
        var spans: [ClosedRange<Double>] = []
        var begin: Double?
        for (row, error) in zip(rows, errors) {
            let isMistake =
                row.state == .following && row.confidence >= ConfidenceEvaluation.threshold
                && abs(error) > ConfidenceEvaluation.tolerance
            if isMistake, begin == nil { begin = row.published }
            if !isMistake, let start = begin {
                spans.append(start...max(start, row.published))
                begin = nil
            }
        }
        if let begin, let last = rows.last { spans.append(begin...max(begin, last.published)) }
        return spans
    }

    private var note: String? {
        guard let reference else { return nil }
        let evaluation = PlayedEvaluation(pair: "", trace: trace, reference: reference)
        let figures = evaluation.position
        let median = figures.median.map { "median \(Numeral.fixed($0, 0)) ms, " } ?? ""
        var text =
            "Position at \(Numeral.grouped(figures.onsets)) onsets: \(median)"
            + "\(Numeral.percent(figures.within100)) within 100 ms, "
            + "\(Numeral.percent(figures.within500)) within 500 ms."
        for recovery in evaluation.recoveries {
            let time = recovery.seconds.map { "recovered after \(Numeral.fixed($0, 2)) s" } ?? "never recovered"
            text += " \(recovery.kind.rawValue.capitalized) at \(Numeral.fixed(recovery.at, 1)) s: \(time)."
        }
        text += " False confidence: \(Numeral.fixed(evaluation.confidence.falseSeconds, 2)) s."
        return text
    }
}
