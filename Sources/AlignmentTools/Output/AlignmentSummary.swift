import Alignment
import Basics
import Scores

/// A human-readable summary of an alignment in a few lines.
public struct AlignmentSummary: Sendable {
    /// Measures with a lower confidence are listed.
    public static let doubtful = 0.5
    private static let maximumSuspicions = 12
    private static let maximumRuns = 20

    /// Lines without trailing newlines.
    public let lines: [String]

    public init(_ alignment: ScoreAlignment, of score: Score, elapsed: Double? = nil) {
        let verdict = alignment.verdict
        var lines = [
            "\(verdict.grade.rawValue): \(Numeral.percent(verdict.confidence)) of "
                + "\(Numeral.count(alignment.notes.count, "note")) are reliable"
                + (verdict.reason.isEmpty ? "" : "; \(Self.clause(verdict.reason))")
        ]
        for suspicion in alignment.suspicions.prefix(Self.maximumSuspicions) {
            lines.append("\(suspicion.kind.rawValue): \(Self.clause(suspicion.explanation))")
        }
        if alignment.suspicions.count > Self.maximumSuspicions {
            lines.append("and \(alignment.suspicions.count - Self.maximumSuspicions) more suspicions; --json lists all")
        }
        let unsure = Self.measures(alignment.measures.filter { $0.confidence < Self.doubtful }, score)
        if !unsure.isEmpty {
            lines.append("measures with less than \(Numeral.percent(Self.doubtful)) confidence: \(unsure)")
        }
        if let elapsed, elapsed > 0 {
            let rate = alignment.duration / elapsed
            lines.append(
                "\(Numeral.fixed(alignment.duration, 1)) s of audio in \(Numeral.fixed(elapsed, 1)) s, "
                    + "\(Numeral.fixed(rate, rate < 10 ? 1 : 0))x real time")
        }
        self.lines = lines
    }

    /// Printed measure numbers in the order of the recording, for example "3, 5-7, 12".
    private static func measures(_ played: [ScoreAlignment.PlayedMeasure], _ score: Score) -> String {
        var runs: [(first: Int, last: Int)] = []
        for passage in played.map(\.passage) where score.passages.indices.contains(passage) {
            if let last = runs.last, last.last + 1 == passage {
                runs[runs.count - 1].last = passage
            } else {
                runs.append((passage, passage))
            }
        }
        func number(_ passage: Int) -> String {
            let measure = score.passages[passage].measure
            return score.measures.indices.contains(measure) ? score.measures[measure].number : "?"
        }
        let texts = runs.prefix(maximumRuns).map { run in
            run.first == run.last ? number(run.first) : "\(number(run.first))-\(number(run.last))"
        }
        return texts.joined(separator: ", ") + (runs.count > maximumRuns ? " and \(runs.count - maximumRuns) more" : "")
    }

    private static func clause(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
}
