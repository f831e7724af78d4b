import ArgumentParser
import Following
import FollowingEvaluation
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

    @Option(
        help: ArgumentHelp(
            "The players' tuning: the frequency of A4 from 415 to 466 Hz, or auto to estimate it while listening.",
            valueName: "hertz|auto"))
    var a4 = TuningOption.set(440)

    /// Prepares a score and creates a follower for it.
    ///
    /// - Parameters:
    ///   - name: the name of the score in messages.
    ///   - progress: see `FollowingScore.prepare`.
    /// - Throws: `FollowingError`, and the errors of `progress`.
    func follower(
        _ score: Score, name: String, progress: (Double) throws -> Void = { _ in }
    ) throws -> any PositionTracker {
        let prepared = try FollowingScore.prepare(score, name: name, soundFont: soundfont, progress: progress)
        let options = FollowingOptions(method: method, repeats: repeats)
        guard let hertz = a4.hertz else { return try SelfTuningFollower(prepared, options: options) }
        let follower = try Follower(prepared, options: options)
        follower.retune(FollowerTuning(a4: hertz))
        return follower
    }
}

extension FollowingMethod: ExpressibleByArgument {}
extension RepeatPolicy: ExpressibleByArgument {}
