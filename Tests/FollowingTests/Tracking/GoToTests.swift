import Scores
import Testing

@testable import Following

/// Where players are declared to be, nothing is left of what was believed before.
@Suite(.enabled(if: Played.soundFont != nil)) struct GoToTests {
    @Test func aJumpIsForgotten() throws {
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
