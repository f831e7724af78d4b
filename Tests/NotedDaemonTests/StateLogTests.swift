import Capture
import Foundation
import Glibc
import Logging
import Testing
import Wire

@testable import NotedDaemon

@Suite struct StateLogTests {
    private var log = StateLog()

    private mutating func source(
        _ state: CaptureState, _ detail: String, name: String = "pulse:mic", at now: Double = 0
    ) -> String? {
        log.sourceChanged(to: SourceStatus(state: state, name: name, detail: detail), now: now)
            .map { "\($0.level): \($0.text)" }
    }

    @Test mutating func lossOfTheServerAndItsReturn() {
        #expect(source(.running, "recording") == "info: pulse:mic is running: recording")
        #expect(
            source(.waiting, "the stream ended: Connection terminated", name: "pulse", at: 10)
                == "warning: pulse is not available: the stream ended: Connection terminated; noted keeps trying")
        #expect(
            source(.waiting, "no server responds", name: "pulse", at: 10.1)
                == "info: pulse is not available: no server responds; noted keeps trying")
        #expect(source(.waiting, "no server responds", name: "pulse", at: 12) == nil, "each state once")
        #expect(
            source(.running, "recording", at: 13.5) == "notice: pulse:mic is running again after 3.5 s: recording")
    }

    @Test mutating func serverAbsentAtStart() {
        #expect(source(.waiting, "no server responds")?.hasPrefix("warning: pulse:mic is not available") == true)
        #expect(source(.running, "recording", at: 4) == "info: pulse:mic is running: recording")
    }

    @Test mutating func stallsSayWhatToDo() {
        _ = source(.running, "recording")
        #expect(
            source(.stalled, "the source is suspended")
                == "warning: pulse:mic has stalled: the source is suspended; noted continues when audio arrives; "
                + "'pactl list short sources' shows whether the source is suspended")
        _ = source(.running, "recording", name: "alsa:hw:1")
        #expect(source(.stalled, "no audio arrives", name: "alsa:hw:1")?.contains("switched on") == true)
        _ = source(.running, "reading", name: "stdin:s16le,44100,1")
        #expect(source(.stalled, "no audio arrives", name: "stdin:s16le,44100,1")?.contains("program") == true)
    }

    @Test mutating func movesFailuresAndEnds() {
        _ = source(.running, "recording")
        #expect(
            source(.running, "the sound server moved the stream here", name: "pulse:other")
                == "notice: the source has moved to pulse:other: the sound server moved the stream here")
        #expect(source(.running, "one channel", name: "pulse:other") == "notice: pulse:other: one channel")
        _ = source(.stalled, "suspended", name: "pulse:other")
        #expect(
            source(.stalled, "moved here", name: "pulse:third")
                == "notice: the source has moved to pulse:third: moved here")
        #expect(
            source(.failed, "no PCM 'x'", name: "alsa:x") == "error: alsa:x has failed: no PCM 'x'; noted keeps trying")
        #expect(
            source(.waiting, "it is damaged", name: "file:a.wav")
                == "warning: file:a.wav is not available: it is damaged", "files are not opened again")
        #expect(source(.waiting, "ended", name: "file:a.wav") == "info: file:a.wav has ended")
        #expect(source(.waiting, "opening pulse:b", name: "pulse:b") == "debug: opening pulse:b")
        #expect(
            source(.waiting, "no server", name: "pulse:b")?.hasPrefix("warning: pulse:b is not available") == true)
        #expect(source(.waiting, "no source is selected", name: "none") == "info: no source is selected")
    }

    /// Samples lost, and words of the line; nil for no line.
    @Test(
        arguments: [
            (44_100, GapReason.hole, "warning: lost 1.00 s of audio: the sound server left a hole in the stream; if"),
            (22_050, .overrun, "warning: lost 0.50 s of audio: the device overran; if this recurs, allow real-time"),
            (441, .silent, "warning: lost 0.01 s of audio: audio was dropped silently"),
            (44_100, .suspended, "notice: lost 1.00 s of audio: the source was suspended"),
            (88_200, .sourceLost("gone"), "notice: lost 2.00 s of audio while the source was not available"),
            (0, .sourceLost("gone"), nil), (44_100, .backlog, nil), (44_100, .overload, nil),
            (0, .sourceChanged("none"), nil),
        ] as [(Int64, GapReason, String?)])
    func lostAudio(samples: Int64, reason: GapReason, expected: String?) {
        let line = log.epochBegan(EpochStart(epoch: 2, lostFrames: samples, reason: reason))
        let text = line.map { "\($0.level): \($0.text)" }
        if let expected { #expect(text?.hasPrefix(expected) == true) } else { #expect(text == nil) }
    }

    @Test mutating func overloadHasABeginningAndAnEnd() {
        func observe(_ log: inout StateLog, _ skipped: Int64, at now: Double) -> String? {
            log.observe(.notRequested, skippedHops: skipped, now: now).map { "\($0.level): \($0.text)" }
        }
        #expect(observe(&log, 0, at: 0) == nil)
        #expect(observe(&log, 10, at: 1)?.hasPrefix("warning: the analysis has fallen behind") == true)
        #expect(observe(&log, 50, at: 2) == nil)
        #expect(observe(&log, 87, at: 4) == nil)
        #expect(observe(&log, 87, at: 8.9) == nil)
        #expect(
            observe(&log, 87, at: 9) == "notice: the analysis keeps up again; it skipped 1.01 s of audio")
        #expect(observe(&log, 87, at: 20) == nil)
        #expect(observe(&log, 88, at: 21)?.hasPrefix("warning") == true)
    }

    @Test mutating func priorityIsReportedWhenItChanges() {
        func observe(_ log: inout StateLog, _ priority: CapturePriority) -> Logger.Level? {
            let first = log.observe(priority, skippedHops: 0, now: 0)
            #expect(log.observe(priority, skippedHops: 0, now: 0) == nil)
            return first?.level
        }
        #expect(observe(&log, .realTime) == .debug)
        #expect(observe(&log, .lost) == .warning)
        #expect(observe(&log, .notRequested) == nil)
        #expect(observe(&log, .refused(1)) == .notice)
        #expect(observe(&log, .notRequested) == nil)
        #expect(observe(&log, .refused(1)) == nil, "the same reason after the source was reopened")
        #expect(observe(&log, .limitTooLow) == .notice)
    }

    @Test mutating func followerIsReportedWhenItIsLostAndFound() {
        func change(_ log: inout StateLog, _ state: FollowState.State, _ measure: Int?) -> String? {
            log.followerChanged(to: state, measure: measure).map { "\($0.level): \($0.text)" }
        }
        #expect(change(&log, .following, 1) == "debug: the follower is following in measure 1")
        #expect(change(&log, .following, 2) == nil)
        #expect(change(&log, .lost, 12) == "info: the follower lost its place in measure 12, and searches the score")
        #expect(change(&log, .following, 40) == "info: the follower found its place again in measure 40")
        #expect(change(&log, .ended, nil) == "debug: the follower is ended")
    }
}

@Suite struct LineOutputTests {
    /// A pipe that nobody reads must not stop the daemon.
    @Test func unreadLinesAreDroppedAndCounted() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let output = LineOutput(descriptor: ends[1])
        let line = String(repeating: "x", count: 999) + "\n"
        for _ in 0..<200 { output.write { _ in line } }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let written = read(ends[0], &buffer, buffer.count)
        #expect(written > 0 && written % 1000 == 0)
        var dropped = 0
        output.write { count in
            dropped = count
            return "end\n"
        }
        #expect(dropped == 200 - written / 1000)
        #expect(read(ends[0], &buffer, buffer.count) == 4)
        output.write { count in
            dropped = count
            return "more\n"
        }
        #expect(dropped == 0)
    }

    @Test func longLinesAreCut() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        LineOutput(descriptor: ends[1]).write { _ in String(repeating: "é", count: 5000) + "\n" }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        #expect(read(ends[0], &buffer, buffer.count) == LineOutput.limit)
        #expect(buffer[LineOutput.limit - 1] == UInt8(ascii: "\n"))
    }
}
