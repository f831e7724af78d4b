import ArgumentParser
import Following
import FollowingSounds
import Scores

/// How a follower listens, for all commands that run one.
struct FollowOptions: ParsableArguments {
    @Option(help: "standard, or the published methods dixon and arzt (on-line time warping), for comparison.")
    var method = FollowingMethod.standard
    @Option(
        help: """
            Where two places of the score sound the same: score-order (believe the order of play), nearest (to the last \
            position known) or evidence (say lost until the places can be told apart).
            """)
    var repeats = RepeatPolicy.scoreOrder
    @Option(help: "The soundfont that plays the score: a path, or the name of an installed file (default: the best).")
    var soundfont: String?

    /// A follower that has heard nothing yet.
    ///
    /// - Parameters:
    ///   - name: of the score, for messages.
    ///   - progress: see `FollowingScore.prepare`.
    /// - Throws: `FollowingError`, and what `progress` throws.
    func follower(_ score: Score, name: String, progress: (Double) throws -> Void = { _ in }) throws -> Follower {
        try Follower(
            try FollowingScore.prepare(score, name: name, soundFont: soundfont, progress: progress),
            options: FollowingOptions(method: method, repeats: repeats))
    }
}

extension FollowingMethod: ExpressibleByArgument {}
extension RepeatPolicy: ExpressibleByArgument {}
