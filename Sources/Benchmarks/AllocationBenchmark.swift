import CLinux
import Following
import Foundation
import Music
import Networks
import Scores
import Transcription

/// Heap allocations per hop of the parts that guarantee none, counted on a synthetic quartet after a first pass over
/// it.
///
/// It counts the calls of the allocator by the calling thread. For this, `Scripts/check-benchmarks.py` preloads a
/// library that counts them (Tests/AllocationCounter). Measure a release build: unoptimised loops allocate.
public struct AllocationBenchmark: Codable, Sendable {
    /// Hops per pass.
    public var hops: Int
    /// Notes that the tracker published per pass, as evidence that its code paths were taken.
    public var notes: Int
    /// Allocations per hop of the streaming network.
    public var engine: Double
    /// Those of the silence gate, the velocity estimator and the note tracker, on the network's posteriors.
    public var tracker: Double
    /// Those of the follower, by method.
    public var follower: [String: Double]

    /// Whether a library that counts allocations is loaded.
    public static var isPossible: Bool { counter != nil }

    private typealias Counter = @convention(c) (pid_t) -> Int
    private static let hop = 512
    private static let rate = 44_100.0

    /// `allocation_count` of Tests/AllocationCounter: the number of allocator calls by a thread, or -1 for none.
    private static var counter: Counter? {
        dlsym(nil, "allocation_count").map { unsafeBitCast($0, to: Counter.self) }
    }

    /// - Parameters:
    ///   - model: the model whose engine and tracker are measured.
    ///   - seconds: duration of the music.
    /// - Throws: `ModelError`, `ScoreError`, `FollowingError`.
    public init(model: Model, seconds: Double) throws {
        let played = SyntheticQuartet.notes(seconds: seconds)
        let samples = SyntheticQuartet.sound(played, from: 0, samples: Int(seconds * Self.rate), rate: Self.rate)
        let starts = Array(stride(from: 0, to: samples.count - Self.hop + 1, by: Self.hop))
        hops = starts.count

        let network = try StreamingNetwork(model: model)
        let width = network.outputCount
        var posteriors = [Float](repeating: 0, count: starts.count * width)
        engine = Self.allocations(starts.count) { index in
            var all = posteriors.mutableSpan
            var output = all._mutatingExtracting(index * width..<(index + 1) * width)
            network.process(samples.span.extracting(starts[index]..<starts[index] + Self.hop), into: &output)
        }

        let transcriber = try Transcriber(info: model.info)
        var published = 0
        tracker = Self.allocations(starts.count) { index in
            transcriber.process(
                samples.span.extracting(starts[index]..<starts[index] + Self.hop),
                posteriors: posteriors.span.extracting(index * width..<(index + 1) * width))
            published += transcriber.events.count
        }
        // There were two passes, and each note has a beginning and an end.
        notes = published / 4

        let score = try Score(MIDIFile(notes: played), name: "synthetic quartet")
        let prepared = try FollowingScore.prepare(
            score, name: "synthetic quartet", sounds: .synthetic, cache: nil)
        follower = [:]
        for method in FollowingMethod.allCases {
            let follower = try Follower(prepared, options: FollowingOptions(method: method))
            self.follower[method.rawValue] = Self.allocations(starts.count) { index in
                if index == 0 { follower.goTo(beat: 0) }
                _ = follower.process(samples.span.extracting(starts[index]..<starts[index] + Self.hop))
            }
        }
    }

    /// Allocations per call of `body` in the second of two passes. The first pass makes those that happen only once.
    private static func allocations(_ count: Int, _ body: (Int) -> Void) -> Double {
        guard let counter else { return .nan }
        for index in 0..<count { body(index) }
        let thread = clinux_gettid()
        let before = counter(thread)
        for index in 0..<count { body(index) }
        return Double(counter(thread) - before) / Double(count)
    }
}
