import Following
import Foundation
import Scores
import Synchronization

@testable import NotedDaemon

/// A follower scripted by a test. By default it advances at 120 quarter notes per minute.
final class ScriptedTracker: PositionTracker, Sendable {
    struct State {
        var sample: Int64 = 0
        var beat = 0.0
        var state = FollowingState.following
        var isPaused = false
        var skipped: [Int64] = []
        var jump: FollowingJump?
        /// Seconds per hop.
        var cost = 0.0
    }

    let state = Mutex(State())

    func process(_ hop: Span<Float>) -> FollowingReport {
        let count = Int64(hop.count)
        let cost = state.withLock(\.cost)
        if cost > 0 { Thread.sleep(forTimeInterval: cost) }
        return state.withLock { state in
            state.sample += count
            let moves = state.state == .following && !state.isPaused
            if moves { state.beat += Double(count) / 44_100 * 2 }
            defer { state.jump = nil }
            return FollowingReport(
                sample: state.sample, state: state.isPaused ? .holding : state.state, confidence: 0.5, beat: state.beat,
                scoreSeconds: state.beat / 2, tempo: 120, event: Int(state.beat), jump: state.jump)
        }
    }

    func skip(_ samples: Int64) {
        state.withLock {
            $0.sample += samples
            $0.skipped.append(samples)
        }
    }

    func goTo(beat: Double) { state.withLock { $0.beat = beat } }
    func pause() { state.withLock { $0.isPaused = true } }
    func resume() { state.withLock { $0.isPaused = false } }
}

/// Small scores.
enum TestScore {
    /// One A4 per beat, eight measures of 4/4.
    static let repeated = kern((1...8).map { "=\($0)\n" + Array(repeating: "4a\n", count: 4).joined() })

    private static func kern(_ measures: [String]) -> String {
        "**kern\n*M4/4\n*MM120\n" + measures.joined() + "*-\n"
    }

    static func score(_ text: String = repeated, name: String = "test.krn") throws -> Score {
        try Score(data: Data(text.utf8), name: name)
    }

    static func loaded(tracker: ScriptedTracker = ScriptedTracker(), name: String = "test.krn") throws -> LoadedScore {
        try LoadedScore(try score(), name: name, tracker: tracker)
    }

    /// MusicXML: a pickup of a quarter (measure 0), then measures in 6/8 with rehearsal marks, the first two repeated.
    static let marked: String = {
        func measure(_ number: String, _ extra: String, _ notes: String, end: String = "") -> String {
            "<measure number=\"\(number)\">\(extra)\(notes)\(end)</measure>"
        }
        func note(_ duration: Int) -> String {
            "<note><pitch><step>A</step><octave>4</octave></pitch><duration>\(duration)</duration></note>"
        }
        func mark(_ name: String) -> String {
            "<direction><direction-type><rehearsal>\(name)</rehearsal></direction-type></direction>"
        }
        let signature =
            "<attributes><divisions>2</divisions><time><beats>6</beats><beat-type>8</beat-type></time></attributes>"
        let opens = "<barline location=\"left\"><repeat direction=\"forward\"/></barline>"
        let closes = "<barline location=\"right\"><repeat direction=\"backward\"/></barline>"
        return
            "<?xml version=\"1.0\"?><score-partwise><part-list><score-part id=\"P\"><part-name>P</part-name>"
            + "</score-part></part-list><part id=\"P\">" + measure("0", signature, note(2))
            + measure("1", opens + mark("A"), note(6))
            + measure("2", "", note(6), end: closes) + measure("3a", mark("Coda"), note(6)) + "</part></score-partwise>"
    }()
}
