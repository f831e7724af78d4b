import Foundation
import Music
import Scores
import Testing

@testable import Following

/// The default method, on performances that are rendered with other sounds than those it compares them with.
@Suite(.enabled(if: Played.soundFont != nil)) struct FollowerTests {
    private static let notes = Played.notes(beats: 40, seed: 3)

    @Test func findsAndKeepsTheTempo() throws {
        let follower = try Follower(Played.score(Self.notes))
        // Two seconds of silence, then at 0.7 times the written tempo.
        let reports = Played.follow(follower, try Played.sound(Self.notes) { 2 + $0 / 0.7 })
        #expect(reports.at(1.9).state == .waiting)
        #expect(reports.at(1.9).beat < 0)
        for second in stride(from: 4.0, to: 18, by: 1) {
            let report = reports.at(second)
            #expect(report.state == .following, "at \(second) s")
            #expect(abs(report.scoreSeconds - (second - 2) * 0.7) < 0.15, "at \(second) s")
        }
        #expect(abs(reports.at(18).tempo - 84) < 5)
        #expect(reports.at(18).confidence > 0.7)
    }

    @Test func holdsWhilePlayersPause() throws {
        let follower = try Follower(Played.score(Self.notes))
        let reports = Played.follow(follower, try Played.sound(Self.notes) { $0 < 6 ? $0 : $0 + 5 })
        #expect(reports.at(9).state == .holding)
        for second in stride(from: 7.5, to: 10.9, by: 0.25) {
            let report = reports.at(second)
            #expect(abs(report.scoreSeconds - 6) < 0.4, "at \(second) s")
        }
        #expect(abs(reports.at(13).scoreSeconds - 8) < 0.15)
        #expect(reports.at(13).state == .following)
        #expect(reports.allSatisfy { $0.jump == nil })
    }

    @Test func findsPlayersAfterASkip() throws {
        let follower = try Follower(Played.score(Self.notes))
        let reports = Played.follow(
            follower, try Played.sound(Self.notes) { $0 < 7.2 ? $0 : $0 >= 16.8 ? $0 - 9.6 : nil })
        let jumps = reports.compactMap(\.jump)
        #expect(jumps.count == 1)
        let jump = try #require(jumps.first)
        #expect(jump.fromBeat < 18 && jump.toBeat > 27)
        #expect(abs(reports.at(9.2).scoreSeconds - 18.8) < 0.3)
    }

    @Test func findsPlayersAfterARepeat() throws {
        let follower = try Follower(Played.score(Self.notes))
        let first = try Played.sound(Self.notes) { $0 < 14.4 ? $0 : nil }.prefix(Int(14.4 * 44_100) / 512 * 512)
        let again = try Played.sound(Self.notes) { $0 >= 4.8 ? $0 - 4.8 : nil }
        let reports = Played.follow(follower, first + again)
        #expect(reports.compactMap(\.jump).count == 1)
        #expect(abs(reports.at(16.6).scoreSeconds - 7) < 0.3)
    }

    @Test func isLostInAnotherPiece() throws {
        let follower = try Follower(Played.score(Self.notes))
        let reports = Played.follow(follower, try Played.sound(Played.notes(beats: 40, seed: 77)) { $0 })
        let later = reports.dropFirst(700)
        #expect(later.filter { $0.confidence >= 0.5 }.count < later.count / 5)
        #expect(later.filter { $0.state == .lost }.count > later.count / 2)
    }

    @Test func waitsInSilence() throws {
        let follower = try Follower(Played.score(Self.notes))
        let reports = Played.follow(follower, [Float](repeating: 0, count: 400 * Played.hop))
        #expect(reports.allSatisfy { $0.state == .waiting && $0.confidence == 0 && $0.beat < 0.01 })
    }

    @Test func lostAudioDoesNotShiftThePosition() throws {
        let follower = try Follower(Played.score(Self.notes))
        let samples = try Played.sound(Self.notes) { $0 }
        let before = Played.follow(follower, Array(samples.prefix(516 * Played.hop)))
        // A second of lost audio.
        follower.skip(Int64(86 * Played.hop))
        let after = Played.follow(follower, Array(samples.dropFirst(602 * Played.hop)))
        #expect(abs(before[515].scoreSeconds - 5.99) < 0.15)
        #expect(after[0].sample == Int64(603 * Played.hop))
        for index in [0, 10, 40, 86, 400] {
            let second = Double(602 + index + 1) * 512 / 44_100
            #expect(abs(after[index].scoreSeconds - second) < 0.2, "after \(index) hops")
        }
        #expect(after.allSatisfy { $0.jump == nil })
    }

    @Test func obeysGoToPauseAndResume() throws {
        let follower = try Follower(Played.score(Self.notes))
        let samples = try Played.sound(Self.notes) { $0 >= 12 ? $0 - 12 : nil }
        follower.goTo(beat: 24)
        let first = Played.follow(follower, Array(samples.prefix(300 * Played.hop)))
        #expect(abs(first[299].scoreSeconds - 15.48) < 0.15)
        #expect(first.allSatisfy { $0.jump == nil })
        follower.pause()
        let paused = Played.follow(follower, Array(samples[300 * Played.hop..<330 * Played.hop]))
        #expect(paused.allSatisfy { $0.state == .holding && $0.beat == first[299].beat })
        follower.resume()
        let resumed = Played.follow(follower, Array(samples[300 * Played.hop..<500 * Played.hop]))
        #expect(abs((resumed.last?.scoreSeconds ?? 0) - 17.8) < 0.2)
    }

    @Test func aScoreOfOneNoteEnds() throws {
        let notes = [Note(pitch: 60, start: 0, end: 1, velocity: 80)]
        let follower = try Follower(Played.score(notes))
        let reports = Played.follow(
            follower, try Played.sound(notes) { $0 + 1 } + [Float](repeating: 0, count: 200 * Played.hop))
        #expect(reports.at(0.9).state == .waiting)
        #expect(reports.at(1.5).state == .following)
        #expect(reports.last?.state == .ended)
        #expect(reports.last.map { $0.beat <= follower.score.score.length } == true)
    }

    @Test func aScoreWithoutSoundsIsAnError() throws {
        let score = try FollowingScore(try Score(MIDIFile(notes: Self.notes), name: "piece"), name: "piece")
        #expect(throws: FollowingError.self) { try Follower(score) }
    }
}

/// A declared position replaces all previous estimates.
@Suite(.enabled(if: Played.soundFont != nil)) struct GoToTests {
    @Test func theLastJumpIsForgotten() throws {
        let notes = Played.notes(beats: 40, seed: 3)
        let tracker = try StandardTracker(Played.score(notes), repeats: .scoreOrder)
        // The players skip from 7.2 s to 16.8 s.
        let samples = try Played.sound(notes) { $0 < 7.2 ? $0 : $0 >= 16.8 ? $0 - 9.6 : nil }
        var start = 0
        while tracker.withoutJump.hops == 0, start + Played.hop <= samples.count {
            tracker.process(samples.span.extracting(start..<start + Played.hop))
            start += Played.hop
        }
        #expect(tracker.withoutJump.hops > 0)
        #expect(tracker.departure != Departure())
        tracker.goTo(second: 2)
        #expect(tracker.withoutJump.hops == 0)
        #expect(tracker.departure == Departure())
    }
}

@Suite struct FollowingStateTests {
    @Test func stateNamesAreStable() {
        #expect(FollowingState.allCases.map(\.rawValue) == ["waiting", "following", "holding", "lost", "ended"])
    }
}
