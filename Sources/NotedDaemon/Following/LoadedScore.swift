import Following
import FollowingSounds
import Foundation
import Glibc
import Scores
import Wire

/// A score that is ready to be followed: read, validated, and with its follower built.
///
/// One owner at a time: built on any thread, then handed over to the analysis thread.
public struct LoadedScore: @unchecked Sendable {
    /// The maximum size of a score file, in bytes.
    static let sizeLimit = 64 << 20
    /// The maximum duration of a score at its written tempo, in seconds: one day.
    static let durationLimit = 86_400.0

    public let description: ScoreDescription
    let map: ScoreMap
    let expectation: Expectation
    let tracker: any PositionTracker

    /// Reads and prepares a score. May take seconds; not for the analysis thread or an event loop.
    ///
    /// - Parameter cache: caches the rendered notes.
    /// - Throws: ``DaemonError/score(reason:isMissing:)`` or ``DaemonError/unsuitableScore(name:reason:)``.
    public init(_ request: ScoreRequest, cache: TemplateCache? = TemplateCache()) throws(DaemonError) {
        var path = ""
        if case .path(let given) = request.source {
            path = URL(fileURLWithPath: given).path
            try Self.checkFile(given)
        }
        let score: Score
        do throws(ScoreError) {
            switch request.source {
            case .path(let path): score = try Score(path: path)
            case .data(_, let bytes): score = try Score(data: Data(bytes), name: request.name)
            }
        } catch {
            throw .score(reason: "\(error)", isMissing: error.isMissingInput)
        }
        try self.init(
            score, name: request.name, path: path, options: request.options, soundFont: request.soundFont, cache: cache)
    }

    /// Prepares `score`.
    ///
    /// - Parameters:
    ///   - name: shown to clients, as is `path`.
    ///   - soundFont: as ``ScoreRequest/soundFont``.
    ///   - cache: caches the rendered notes.
    ///   - tracker: replaces the real follower.
    init(
        _ score: Score, name: String, path: String = "", options: FollowingOptions = FollowingOptions(),
        soundFont: String? = nil, cache: TemplateCache? = nil, tracker: (any PositionTracker)? = nil
    ) throws(DaemonError) {
        let seconds = score.tempo.seconds(atBeat: score.length)
        guard seconds <= Self.durationLimit else {
            throw .unsuitableScore(
                name: name, reason: "it is longer than 24 hours, which is the maximum; split it")
        }
        let prepared: FollowingScore
        do {
            if let tracker {
                prepared = try FollowingScore(score, name: name)
                self.tracker = tracker
            } else {
                prepared = try FollowingScore.prepare(score, name: name, soundFont: soundFont, cache: cache)
                self.tracker =
                    options.method == .standard
                    ? try SemitoneFollower(prepared, options: options) : try Follower(prepared, options: options)
            }
        } catch {
            throw .score(reason: "\(error)", isMissing: false)
        }
        expectation = Expectation(prepared.dueNotes)
        map = ScoreMap(score)
        description = ScoreDescription(
            name: name, path: path, title: score.title, composer: score.composer, beats: score.length,
            durationSeconds: seconds, measures: score.measures.count, firstMeasure: map.ends.first,
            lastMeasure: map.ends.last, events: prepared.events.count,
            notes: prepared.events.reduce(0) { $0 + $1.notes.count }, labels: map.labels,
            method: options.method.rawValue, repeats: options.repeats.rawValue, warnings: score.warnings)
    }

    /// Rejects pipes, which would block, and devices, which may have no end.
    private static func checkFile(_ path: String) throws(DaemonError) {
        var status = stat()
        // The reader reports a missing or unreadable file.
        guard stat(path, &status) == 0 else { return }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR else {
            throw .unsuitableScore(name: path, reason: "it is not a regular file")
        }
        guard status.st_size <= sizeLimit else {
            throw .unsuitableScore(
                name: path, reason: "its size is \(status.st_size >> 20) MiB, and the maximum is \(sizeLimit >> 20)")
        }
    }
}
