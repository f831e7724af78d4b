import Foundation
import Music
import Scores
import Testing

@testable import Following

/// What `notelab score` says about following.
@Suite struct FollowingSummaryTests {
    private func summary(_ pitches: [Int?]) throws -> FollowingSummary {
        let notes = pitches.enumerated().compactMap { place, pitch in
            pitch.map { Note(pitch: $0, start: 0.5 * Double(place), end: 0.5 * Double(place + 1)) }
        }
        return FollowingSummary(try FollowingScore(Score(MIDIFile(notes: notes), name: "x"), name: "x"))
    }

    @Test func momentsAndGapsAreCounted() throws {
        let plain = try summary([60, 62, 64, 65])
        #expect(plain.events == 4 && plain.rate == 2 && plain.longestGap == 0.5 && plain.ambiguousEvents == 0)
        #expect(plain.sentences == ["4 moments at which notes begin, 2 a second"])
        // Two quarter notes a second, in 4/4: the gap begins in the second measure.
        let gap = try summary([60, 62, 64, 65, 67] + [Int?](repeating: nil, count: 11) + [60])
        #expect(gap.longestGap == 6 && gap.gapMeasure == "2")
        #expect(gap.sentences[1].hasPrefix("for 6 s from measure 2 on"))
    }

    @Test func repeatedMusicIsDoubtful() throws {
        let theme = (0..<24).map { 60 + $0 * 7 % 12 }
        let once = try summary(theme.map(Optional.some))
        #expect(once.ambiguousEvents == 0)
        let twice = try summary((theme + [90] + theme).map(Optional.some))
        #expect(twice.ambiguousEvents > 8 && twice.ambiguousEvents < 30)
        #expect(twice.sentences.count == 2)
    }
}
