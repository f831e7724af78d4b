import Following
import Foundation
import Music
import Testing

/// A section that occurs twice with the same sound, A B C A D. The players leave B after its first half and play A.
@Suite(.enabled(if: Played.soundFont != nil)) struct RepeatPolicyTests {
    /// Seconds of a section.
    private static let length = 7.2

    private static func section(_ seed: UInt64, at place: Int) -> [Note] {
        Played.notes(beats: 12, seed: seed).map { note in
            var note = note
            note.start += Double(place) * length
            note.end += Double(place) * length
            return note
        }
    }

    private static let notes = [(1, 0), (2, 1), (3, 2), (1, 3), (4, 4)].flatMap { section($0.0, at: $0.1) }
        .sorted { $0.start < $1.start }

    /// The report five seconds into A.
    private static func report(_ policy: RepeatPolicy) throws -> FollowingReport {
        let follower = try Follower(Played.score(notes), options: FollowingOptions(repeats: policy))
        follower.goTo(beat: 2 * length)
        let half = try Played.sound(notes) { $0 >= length && $0 < 1.5 * length ? $0 - length : nil }
            .prefix(Int(0.5 * length * 44_100) / 512 * 512)
        let section = try Played.sound(section(1, at: 0)) { $0 }.prefix(Int(5 * 44_100) / 512 * 512)
        let reports = Played.follow(follower, Array(half + section))
        return reports[reports.count - 1]
    }

    @Test func scoreOrderSelectsTheNext() throws {
        let report = try Self.report(.scoreOrder)
        #expect(abs(report.scoreSeconds - (3 * Self.length + 5)) < 0.3)
        #expect(report.state == .following)
    }

    @Test func nearestSelectsTheNearest() throws {
        let report = try Self.report(.nearest)
        #expect(abs(report.scoreSeconds - 5) < 0.3)
        #expect(report.state == .following)
    }

    @Test func evidenceIsLost() throws {
        let report = try Self.report(.evidence)
        #expect(report.state == .lost)
        #expect(report.confidence < 0.5)
    }

    @Test func playersInTheOrderOfPlayAreFollowedWithEveryPolicy() throws {
        for policy in RepeatPolicy.allCases {
            let follower = try Follower(Played.score(Self.notes), options: FollowingOptions(repeats: policy))
            follower.goTo(beat: 2 * 2.5 * Self.length)
            let begin = 2.5 * Self.length
            let samples = try Played.sound(Self.notes) { $0 >= begin && $0 < begin + 8 ? $0 - begin : nil }
            let reports = Played.follow(follower, Array(samples.prefix(Int(8 * 44_100) / 512 * 512)))
            #expect(reports.allSatisfy { $0.jump == nil }, "\(policy)")
            #expect(abs(reports.at(7.9).scoreSeconds - begin - 7.9) < 0.3, "\(policy)")
        }
    }
}
