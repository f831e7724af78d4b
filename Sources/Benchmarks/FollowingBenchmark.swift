import Basics
import CLinux
import Following
import FollowingSounds
import Foundation
import Music
import Scores

/// The cost of following a score: processor time of one thread, measured on a synthetic quartet.
public struct FollowingBenchmark: Codable, Sendable {
    /// Duration of the score at its written tempo.
    public var minutes: Double
    public var notes: Int
    /// Milliseconds from a score in memory to a ready follower: with all templates rendered, and with all of them
    /// cached.
    public var loadMilliseconds: Double
    public var cachedLoadMilliseconds: Double
    /// Processor time per hop in microseconds, mean and 99th percentile, while the score is played from its middle on.
    public var hopMicroseconds: Double
    public var hopMicroseconds99: Double
    /// The same while other music is played and the follower searches for the players.
    public var lostHopMicroseconds: Double
    public var lostHopMicroseconds99: Double
    /// Heap used by the prepared score, and by the follower.
    public var scoreMegabytes: Double
    public var followerMegabytes: Double

    enum CodingKeys: String, CodingKey {
        case minutes, notes
        case loadMilliseconds = "load_ms"
        case cachedLoadMilliseconds = "load_cached_ms"
        case hopMicroseconds = "hop_us"
        case hopMicroseconds99 = "hop_p99_us"
        case lostHopMicroseconds = "lost_hop_us"
        case lostHopMicroseconds99 = "lost_hop_p99_us"
        case scoreMegabytes = "score_mb"
        case followerMegabytes = "follower_mb"
    }

    private static let hop = 512
    private static let rate = 44_100.0

    /// - Parameters:
    ///   - minutes: duration of the score.
    ///   - hops: hops of each kind to follow, after a warm-up of 64.
    ///   - soundFont: see `NoteSounds.named(_:)`.
    /// - Throws: `FollowingError`, `ScoreError`.
    public init(minutes: Double, hops: Int, method: FollowingMethod = .standard, soundFont: String? = nil) throws {
        let played = SyntheticQuartet.notes(seconds: minutes * 60)
        let before = Self.heap
        let score = try Score(MIDIFile(notes: played), name: "synthetic quartet")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noted-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let cache = TemplateCache(folder: folder.path)
        var begin = Clock.seconds
        _ = try Self.follower(score, method, soundFont, cache)
        loadMilliseconds = (Clock.seconds - begin) * 1000
        begin = Clock.seconds
        let prepared = try FollowingScore.prepare(
            score, name: "synthetic quartet", soundFont: soundFont, cache: cache)
        let prepareMilliseconds = (Clock.seconds - begin) * 1000
        scoreMegabytes = max(0, Self.heap - before) / 1e6

        let (middle, samples) = (minutes * 30, (hops + 64) * Self.hop)
        let seconds = Double(samples) / Self.rate
        let excerpt = played.filter { $0.end > middle && $0.start < middle + seconds }
        let music = SyntheticQuartet.sound(excerpt, from: middle, samples: samples, rate: Self.rate)
        let other = SyntheticQuartet.sound(
            SyntheticQuartet.notes(seconds: seconds, seed: 99), from: 0, samples: samples, rate: Self.rate)

        let between = Self.heap
        begin = Clock.seconds
        let follower = try Follower(prepared, options: FollowingOptions(method: method))
        cachedLoadMilliseconds = prepareMilliseconds + (Clock.seconds - begin) * 1000
        follower.goTo(beat: score.tempo.beat(atSeconds: middle))
        (hopMicroseconds, hopMicroseconds99) = Self.costs(follower, music)
        (lostHopMicroseconds, lostHopMicroseconds99) = Self.costs(follower, other)
        followerMegabytes = max(0, Self.heap - between) / 1e6
        withExtendedLifetime((music, other, follower)) {}
        self.minutes = minutes
        notes = played.count
    }

    private static func follower(
        _ score: Score, _ method: FollowingMethod, _ soundFont: String?, _ cache: TemplateCache
    ) throws -> Follower {
        try Follower(
            try FollowingScore.prepare(score, name: "synthetic quartet", soundFont: soundFont, cache: cache),
            options: FollowingOptions(method: method))
    }

    /// Microseconds per hop, without the first 64 hops.
    private static func costs(_ follower: Follower, _ samples: [Float]) -> (mean: Double, percentile99: Double) {
        var costs: [Double] = []
        costs.reserveCapacity(samples.count / hop)
        for start in stride(from: 0, to: samples.count - hop + 1, by: hop) {
            let begin = Clock.threadSeconds
            _ = follower.process(samples.span.extracting(start..<start + hop))
            costs.append((Clock.threadSeconds - begin) * 1e6)
        }
        let counted = costs.dropFirst(64).sorted()
        guard !counted.isEmpty else { return (0, 0) }
        return (counted.reduce(0, +) / Double(counted.count), counted[counted.count * 99 / 100])
    }

    /// Heap in use, in bytes.
    private static var heap: Double { Double(clinux_heap_in_use()) }
}
