/// What is peculiar about a performance of a score.
public enum PerformanceKind: String, Sendable, CaseIterable, Codable {
    /// The tempo as written, unbending: only the players' small inaccuracies.
    case strict
    /// A tempo that breathes: a slow random walk, and phrases that slow down at their ends.
    case warp
    /// As `warp`, at 0.6 times the written tempo.
    case slow
    /// As `warp`, at 1.5 times the written tempo.
    case fast
    /// As `warp`, with sudden new tempi, 0.7 to 1.4 times the written one, every sixteen beats or so.
    case changes
    /// As `warp`, with five seconds of silence in the middle.
    case pause
    /// As `warp`, with sixteen beats left out in the middle.
    case skip
    /// As `warp`, with sixteen beats in the middle played again.
    case `repeat`
    /// As `warp`, after eight seconds of silence.
    case late
    /// As `warp`, with one note in twenty wrong, one in twenty-five left out and one in thirty too many.
    case wrong
    /// As `warp`, begun in the middle of the score.
    case middle

    /// The factor that the written tempo is multiplied by throughout.
    var tempo: Double {
        switch self {
        case .slow: 0.6
        case .fast: 1.5
        default: 1
        }
    }
}
