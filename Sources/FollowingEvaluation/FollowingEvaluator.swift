import Basics
import Evaluation
import Following
import Foundation
import Scores

/// Runs followers over pairs and evaluates them, or evaluates existing position tables of any program.
public struct FollowingEvaluator: Sendable {
    public let pairs: [FollowingPair]
    /// Creates a follower for a score; the name is for messages.
    private let makeFollower: @Sendable (Score, String) throws -> any PositionTracker
    /// A folder for the position table of each pair, NAME.csv; nil to keep none.
    private let positions: String?
    /// A folder with existing position tables, NAME.csv; nil to run the follower.
    private let existing: String?

    public init(
        pairs: [FollowingPair], positions: String? = nil, existing: String? = nil,
        makeFollower: @escaping @Sendable (Score, String) throws -> any PositionTracker
    ) {
        self.pairs = pairs
        self.positions = positions
        self.existing = existing
        self.makeFollower = makeFollower
    }

    /// Evaluates all pairs.
    ///
    /// - Parameters:
    ///   - jobs: number of pairs evaluated at the same time.
    ///   - progress: called with the number of finished pairs and the latest result.
    /// - Returns: the results in the order of ``pairs``.
    /// - Throws: the first error of any pair.
    public func run(
        jobs: Int, progress: (Int, PairEvaluation) -> Void = { _, _ in }
    ) throws -> [PairEvaluation] {
        try FanOut(threads: jobs).map(pairs, progress: progress) { pair in try evaluate(pair) }
    }

    /// - Throws: `ScoreError`, `FollowingError`, `SoundError`, `EvaluationError`.
    public func evaluate(_ pair: FollowingPair) throws -> PairEvaluation {
        let reference = try FollowingReference.ifPlayed(path: pair.reference)
        if let existing {
            return Self.evaluation(pair, try FollowingTrace(path: "\(existing)/\(pair.name).csv"), reference)
        }
        let file = try FileFollowing(
            path: pair.audio, follower: try makeFollower(try Score(path: pair.score), pair.score))
        var rows: [FollowingTrace.Row] = []
        var jumps = 0
        let begin = Clock.threadSeconds
        try file.run { report in
            rows.append(FollowingTrace.Row(report))
            if report.jump != nil { jumps += 1 }
            return true
        }
        if let damage = file.damage { throw damage }
        let seconds = Clock.threadSeconds - begin
        guard let trace = FollowingTrace(rows: rows) else {
            throw EvaluationError.badTable(path: pair.audio, reason: "the recording has no samples")
        }
        try write(trace, pair)
        return Self.evaluation(pair, trace, reference, jumps: jumps, processorSeconds: seconds)
    }

    private static func evaluation(
        _ pair: FollowingPair, _ trace: FollowingTrace, _ reference: FollowingReference?, jumps: Int? = nil,
        processorSeconds: Double? = nil
    ) -> PairEvaluation {
        guard let reference else {
            var evaluation = UnplayedEvaluation(pair: pair.name, trace: trace)
            evaluation.jumps = jumps
            evaluation.processorSeconds = processorSeconds
            return .unplayed(evaluation)
        }
        var evaluation = PlayedEvaluation(pair: pair.name, trace: trace, reference: reference)
        evaluation.jumps = jumps
        evaluation.processorSeconds = processorSeconds
        return .played(evaluation)
    }

    private func write(_ trace: FollowingTrace, _ pair: FollowingPair) throws(EvaluationError) {
        guard let positions else { return }
        let path = "\(positions)/\(pair.name).csv"
        do {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(trace.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: "the folder is not writable, or the disk is full")
        }
    }
}

/// The evaluation of one pair.
public enum PairEvaluation: Sendable, Equatable {
    case played(PlayedEvaluation)
    /// The recording contains nothing of the score.
    case unplayed(UnplayedEvaluation)

    public var pair: String {
        switch self {
        case .played(let evaluation): evaluation.pair
        case .unplayed(let evaluation): evaluation.pair
        }
    }

    public var played: PlayedEvaluation? {
        if case .played(let evaluation) = self { evaluation } else { nil }
    }

    public var unplayed: UnplayedEvaluation? {
        if case .unplayed(let evaluation) = self { evaluation } else { nil }
    }
}
