/// The characteristics of a synthetic performance.
public enum PerformanceKind: String, Sendable, CaseIterable, Codable {
    /// The written tempo, with small timing errors only.
    case strict
    /// A varying tempo: a slow random walk, with a ritardando at the end of each phrase.
    case warp
    /// Like `warp`, at 0.6 times the written tempo.
    case slow
    /// Like `warp`, at 1.5 times the written tempo.
    case fast
    /// Like `warp`, with a sudden tempo change, to 0.7...1.4 times the written tempo, about every sixteen beats.
    case changes
    /// Like `warp`, with five seconds of silence in the middle.
    case pause
    /// Like `warp`, omitting sixteen beats in the middle.
    case skip
    /// Like `warp`, repeating sixteen beats in the middle.
    case `repeat`
    /// Like `warp`, after eight seconds of silence.
    case late
    /// Like `warp`, with 5% wrong, 4% missing and 3.3% extra notes.
    case wrong
    /// Like `warp`, starting in the middle of the score.
    case middle

    /// The constant factor applied to the written tempo.
    var tempo: Double {
        switch self {
        case .slow: 0.6
        case .fast: 1.5
        default: 1
        }
    }
}
