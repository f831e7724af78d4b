import ArgumentParser
import Following
import FollowingSounds
import Scores

/// The options of a follower, for all commands that run one.
struct FollowOptions: ParsableArguments {
    @Option(help: "Following method; dixon and arzt are published methods (on-line time warping) for comparison.")
    var method = FollowingMethod.standard
    @Option(
        help: """
            Choice between passages that sound the same: score-order trusts the order of play, nearest prefers the \
            passage nearest to the last position, evidence reports 'lost' until the passages can be distinguished.
            """)
    var repeats = RepeatPolicy.scoreOrder
    @Option(
        help:
            "Soundfont for rendering the score: a path or the name of an installed file (default: the best installed).")
    var soundfont: String?

    /// Prepares a score and creates a follower for it.
    ///
    /// - Parameters:
    ///   - name: the name of the score in messages.
    ///   - progress: see `FollowingScore.prepare`.
    /// - Throws: `FollowingError`, and the errors of `progress`.
    func follower(_ score: Score, name: String, progress: (Double) throws -> Void = { _ in }) throws -> Follower {
        try Follower(
            try FollowingScore.prepare(score, name: name, soundFont: soundfont, progress: progress),
            options: FollowingOptions(method: method, repeats: repeats))
    }
}

extension FollowingMethod: ExpressibleByArgument {}
extension RepeatPolicy: ExpressibleByArgument {}
