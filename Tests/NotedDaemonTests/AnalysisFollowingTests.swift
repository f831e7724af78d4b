import Basics
import Capture
import Following
import Foundation
import Testing
import Wire

@testable import NotedDaemon

/// How the analysis handles the reports of a follower, which is scripted here.
@Suite struct AnalysisFollowingTests {
    private final class Bench {
        let source = ScriptedSource()
        let hub = Hub()
        let tracker = ScriptedTracker()
        let analysis: Analysis
        let shared: AnalysisReadingBox

        init() throws {
            let model = try tinyLoadedModel(note: 69)
            shared = AnalysisReadingBox(AnalysisReading(source, model))
            analysis = Analysis(
                source: OpenedSource(source, isLive: true), model: model, thresholds: ThresholdSettings(), hub: hub,
                reading: shared)
            hub.setWanted([.notes, .position, .state])
        }

        var skipped: [Int64] { tracker.state.withLock { $0.skipped } }

        func load() throws { analysis.replaceScore(try TestScore.loaded(tracker: tracker)) }

        func play(_ steps: [ScriptedSource.Step]) -> [ServerMessage] {
            source.play(steps)
            while !source.isDrained { _ = analysis.step(timeout: .zero) }
            return drained()
        }

        func hops(_ count: Int, level: Float = 0) -> [ServerMessage] {
            play(Array(repeating: .hop(level: level), count: count))
        }

        func drained() -> [ServerMessage] {
            var batch: [Publication] = []
            hub.drain(into: &batch)
            return batch.map(\.message)
        }
    }

    private func positions(_ messages: [ServerMessage]) -> [Position] {
        messages.compactMap { if case .position(let position) = $0 { position } else { nil } }
    }

    private func states(_ messages: [ServerMessage]) -> [FollowState.State] {
        messages.compactMap { if case .followState(let state) = $0 { state.state } else { nil } }
    }

    @Test func loadedScoreIsPublishedAndFollowed() throws {
        let bench = try Bench()
        #expect(positions(bench.hops(5)).isEmpty)
        try bench.load()
        let news = bench.drained()
        #expect(news.map(\.method) == [.score, .followState, .position])
        #expect(states(news) == [.waiting])
        let messages = bench.hops(20)
        #expect(states(messages) == [.following])
        let published = positions(messages)
        #expect(published.count == 20, "every hop while the position moves")
        #expect(zip(published, published.dropFirst()).allSatisfy { $0.beat < $1.beat && $0.sample + 512 == $1.sample })
        let last = try #require(published.last)
        #expect(last.sample == 25 * 512)
        #expect(last.epoch == 1)
        #expect(abs(last.beat - Double(20 * 512) / 44_100 * 2) < 1e-9)
        #expect(last.measure == 1 && last.beatUnit == 1 && last.countTempo == 120)
        let state = bench.shared.value.following
        #expect(state.score?.name == "test.krn")
        #expect(state.follow?.position == last)
        #expect(state.scores == 1)
        #expect(state.seconds > 0)
    }

    @Test func unchangedPositionIsPublishedRarely() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(10)
        _ = try bench.analysis.steer(.pause)
        let messages = bench.hops(81)
        #expect(states(messages) == [.holding])
        #expect((10...12).contains(positions(messages).count))
        #expect(bench.shared.value.following.follow?.isPaused == true)
        _ = try bench.analysis.steer(.resume)
        let after = bench.hops(3)
        #expect(states(after) == [.following])
        #expect(positions(after).count == 3)
        #expect(bench.shared.value.following.follow?.isPaused == false)
    }

    @Test func unsubscribedPositionsRemainInTheReading() throws {
        let bench = try Bench()
        try bench.load()
        bench.hub.setWanted([.notes])
        _ = bench.drained()
        #expect(positions(bench.hops(20)).isEmpty)
        let position = try #require(bench.shared.value.following.follow?.position)
        #expect(position.sample == 10_240)
    }

    @Test func detectedNotesAreComparedWithTheScore() throws {
        let bench = try Bench()
        try bench.load()
        // The score has A4 on every beat, and the tiny model detects A4 as soon as the gate opens.
        let messages = bench.hops(60, level: 0.5)
        let on = try #require(messages.compactMap { if case .noteOn(let on) = $0 { on } else { nil } }.first)
        #expect(on.expected == true)
        #expect(bench.shared.value.following.expectedNotes == 1)
    }

    @Test func silenceYieldsMissedNotesWithPlaceAndTime() throws {
        let bench = try Bench()
        try bench.load()
        let messages = bench.hops(300)
        let missed = messages.compactMap { if case .missed(let missed) = $0 { missed } else { nil } }
        #expect(missed.map(\.beat) == [1, 2, 3, 4, 5])
        #expect(missed.map(\.measure) == [1, 1, 1, 2, 2])
        #expect(missed.allSatisfy { $0.note == 69 && $0.epoch == 1 })
        for miss in missed { #expect(abs(Double(miss.sample) / 44_100 - miss.beat / 2) < 0.02) }
        #expect(bench.shared.value.following.missedNotes == 5)
    }

    @Test func expectedIsNilWithoutAScore() throws {
        let bench = try Bench()
        let messages = bench.hops(60, level: 0.5)
        let on = messages.compactMap { if case .noteOn(let on) = $0 { on } else { nil } }.first
        #expect(on?.expected == nil)
    }

    @Test func jumpsArePublished() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(10)
        bench.tracker.state.withLock {
            $0.jump = FollowingJump(fromBeat: 1, toBeat: 20)
            $0.beat = 20
        }
        let messages = bench.hops(1)
        #expect(messages.contains(.jump(Jump(fromBeat: 1, toBeat: 20))))
        #expect(bench.shared.value.following.jumps == 1)
    }

    @Test func gotoAndStartMoveTheFollower() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(10)
        let place = try bench.analysis.steer(.goTo(.measure("3")))
        #expect(place == ScorePosition(beat: 8, measure: 3))
        let news = bench.drained()
        #expect(news.map(\.method) == [.jump, .position])
        let published = try #require(positions(news).first)
        #expect(
            published.beat == 8 && published.scoreSeconds == 4 && published.event == -1 && published.confidence == 0)
        #expect(positions(bench.hops(1)).first?.measure == 3)
        _ = try bench.analysis.steer(.pause)
        let start = try bench.analysis.steer(.start)
        #expect(start == ScorePosition(beat: 0, measure: 1))
        #expect(states(bench.hops(1)) == [], "start also resumes")
        #expect(throws: ResponseError.self) { try bench.analysis.steer(.goTo(.measure("99"))) }
    }

    @Test func steeringWithoutAScoreFails() throws {
        let bench = try Bench()
        for request in [FollowRequest.start, .pause, .resume, .goTo(.beat(0))] {
            do throws(ResponseError) {
                _ = try bench.analysis.steer(request)
                Issue.record("\(request) succeeded")
            } catch {
                #expect(error.knownCode == .noScore)
            }
        }
    }

    @Test func lostAudioDoesNotDistortThePosition() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(40)
        let messages = bench.play(
            [.missing(44_100, .overrun)] + Array(repeating: .hop(level: 0), count: 3)
        )
        #expect(bench.skipped == [44_100])
        let published = positions(messages)
        #expect(published.map(\.epoch) == [2, 2, 2])
        #expect(published.map(\.sample) == [512, 1024, 1536])
        #expect(!messages.contains { if case .missed = $0 { true } else { false } })
        let later = bench.hops(100)
        let missed = later.compactMap { if case .missed(let missed) = $0 { missed } else { nil } }
        #expect(!missed.isEmpty)
        #expect(missed.allSatisfy { $0.epoch == 2 && $0.sample > 0 && $0.sample < bench.shared.value.timeline.sample })
    }

    @Test func followerSkipsSkippedHops() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(10)
        let late = Clock.monotonic - 600_000_000
        _ = bench.play(Array(repeating: .hop(level: 0, arrival: late), count: 20) + [.hop(level: 0)])
        #expect(bench.skipped == [20 * 512])
    }

    @Test func slowFollowerCausesOverload() throws {
        let bench = try Bench()
        try bench.load()
        bench.tracker.state.withLock { $0.cost = 0.03 }
        let start = Clock.monotonic
        // Sixty hops that arrive in real time, each at three times the available processing time.
        let messages = bench.play(
            (0..<60).map { .hop(level: 0, arrival: start + UInt64($0) * 11_609_977) })
        #expect(messages.contains { $0.method == .overload })
        #expect(bench.shared.value.timeline.counters.skippedHops > 0)
    }

    @Test func scoreCanBeReplacedAndUnloadedWhileFollowing() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(20)
        bench.analysis.replaceScore(try TestScore.loaded(name: "next.krn"))
        let news = bench.drained()
        #expect(news.map(\.method) == [.score, .followState, .position])
        #expect(positions(news).first?.beat == 0)
        _ = bench.hops(20)
        bench.analysis.replaceScore(nil)
        #expect(bench.drained() == [.score(ScoreState(score: nil))])
        #expect(bench.hops(20).isEmpty)
        #expect(bench.shared.value.following.score == nil)
        #expect(bench.shared.value.following.follow == nil)
    }

    @Test func newModelContinuesWithTheScore() throws {
        let bench = try Bench()
        try bench.load()
        _ = bench.hops(20)
        bench.analysis.replaceModel(try tinyLoadedModel(note: 72))
        let messages = bench.hops(60, level: 0.5)
        let on = try #require(messages.compactMap { if case .noteOn(let on) = $0 { on } else { nil } }.first)
        #expect(on.note == 72)
        #expect(on.expected == false)
    }

    /// Loads, replacements, jumps, pauses and lost audio in random order: every position belongs to the announced
    /// epoch.
    @Test(arguments: 0..<4) func randomFaultSequences(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let bench = try Bench()
        var messages: [ServerMessage] = []
        for _ in 0..<150 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: try bench.load()
            case 1: bench.analysis.replaceScore(nil)
            case 2: _ = try? bench.analysis.steer(.goTo(.beat(Double.random(in: -5...40, using: &random))))
            case 3: _ = try? bench.analysis.steer([.pause, .resume, .start][Int.random(in: 0..<3, using: &random)])
            case 4: messages += bench.play([.missing(5, .hole)])
            case 5:
                let state = FollowingState.allCases[Int.random(in: 0..<5, using: &random)]
                bench.tracker.state.withLock { $0.state = state }
            default: messages += bench.hops(Int.random(in: 1..<30, using: &random), level: 0.5)
            }
        }
        messages += bench.drained()
        var epoch = 1
        for message in messages {
            switch message {
            case .discontinuity(let value): epoch = value.epoch
            case .position(let value): #expect(value.epoch == epoch)
            case .missed(let value): #expect(value.epoch == epoch && value.sample >= 0)
            default: break
            }
        }
    }
}
