import Basics
import Following
import FollowingSounds
import Foundation
import Music
import Scores
import Testing

/// A score whose first section is repeated, A A B, and players who omit the repeat.
@Suite(.enabled(if: Played.soundFont != nil)) struct DeclaredPlacesTests {
    private static let measuresOfA = 6
    private static let steps = ["C", "D", "E", "F", "G", "A", "B"]
    private static let semitones = [0, 2, 4, 5, 7, 9, 11]

    /// The scale degree above C4 of each quarter note of A and B, at 120 per minute.
    private static let degrees: [Int] = {
        var random = SplitMix64(seed: 5)
        var degree = 7
        return (0..<4 * 2 * measuresOfA).map { _ in
            degree = max(0, min(20, degree + [-4, -3, -2, -1, 1, 2, 3, 4][Int(random.next() % 8)]))
            return degree
        }
    }()

    private static func score() throws -> FollowingScore {
        var text = #"<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Piano</part-name>"#
        text += #"</score-part></part-list><part id="P1">"#
        for measure in 0..<2 * measuresOfA {
            text += #"<measure number="\#(measure + 1)">"#
            if measure == 0 {
                text += "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time>"
                text += "</attributes>"
            }
            for degree in degrees[4 * measure..<4 * measure + 4] {
                text += "<note><pitch><step>\(steps[degree % 7])</step><octave>\(4 + degree / 7)</octave></pitch>"
                text += "<duration>1</duration><type>quarter</type></note>"
            }
            if measure == measuresOfA - 1 {
                text += #"<barline location="right"><repeat direction="backward"/></barline>"#
            }
            text += "</measure>"
        }
        text += "</part></score-partwise>"
        let score = try Score(data: Data(text.utf8), name: "aab.musicxml")
        return try FollowingScore.prepare(score, name: "aab", sounds: .synthetic, cache: nil)
    }

    @Test func anOmittedRepeatIsDetectedAtOnce() throws {
        let score = try Self.score()
        let beatsOfA = Double(4 * Self.measuresOfA)
        #expect(score.score.length == 3 * beatsOfA)
        let notes = Self.degrees.enumerated().map { index, degree in
            Note(
                pitch: 60 + 12 * (degree / 7) + Self.semitones[degree % 7], start: Double(index) * 0.5,
                end: Double(index) * 0.5 + 0.48, velocity: 80)
        }
        let reports = Played.follow(try Follower(score), try Played.sound(notes) { $0 })
        let jumps = reports.compactMap(\.jump)
        #expect(jumps.count == 1)
        #expect(abs((jumps.first?.fromBeat ?? 0) - beatsOfA) < 2.5)
        #expect(abs((jumps.first?.toBeat ?? 0) - 2 * beatsOfA) < 2.5)
        // B begins after 12 s.
        #expect(abs(reports.at(11.5).beat - 23) < 0.5)
        #expect(abs(reports.at(13).beat - (2 * beatsOfA + 2)) < 0.5)
        #expect(abs(reports.at(20).beat - (2 * beatsOfA + 16)) < 0.5)
    }
}
