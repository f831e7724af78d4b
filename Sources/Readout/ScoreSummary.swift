import Basics
import Wire

/// A loaded score in a line for people.
public struct ScoreSummary: Sendable {
    private let score: ScoreDescription

    public init(_ score: ScoreDescription) {
        self.score = score
    }

    /// Such as "loaded prelude.mid: 35 measures, 140 beats, 2 min 11 s as written; followed by 'standard'".
    public var text: String {
        let title = score.title.map { ", \($0)" } ?? ""
        let labels = score.labels.isEmpty ? "" : "; rehearsal marks \(score.labels.joined(separator: ", "))"
        return
            "loaded \(score.name)\(title): \(score.measures) measures, \(Numeral.decimal(score.beats, places: 0)) beats,"
            + " \(StatusTable.duration(score.durationSeconds)) as written\(labels); followed by '\(score.method)'"
    }
}
