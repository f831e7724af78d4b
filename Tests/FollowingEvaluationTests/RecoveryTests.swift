import FollowingEvaluation
import Testing

@Suite struct RecoveryTests {
    private let beats = (0..<60).map(Double.init)

    /// The recoveries of a follower that is off by two seconds after a skip at the 20th onset, played at 10.5 s: for
    /// `wrong` seconds, and in the seconds `again`.
    private func recoveries(wrong: Double, again: Range<Double>? = nil) throws -> [Recovery] {
        let onsets = Traces.reference(Array(beats[..<20] + beats[36...]))
        let reference = try #require(FollowingReference(onsets: onsets))
        let rows = Traces.trace(onsets, end: 24) { time in
            (time >= 10.45 && time < 10.45 + wrong) || again?.contains(time) == true ? 2 : 0
        }
        let trace = try #require(FollowingTrace(rows: rows))
        return Recovery.all(FollowingErrors(of: trace, against: reference).position, reference)
    }

    @Test func recoveryEndsAtTheFirstRightOnset() throws {
        let found = try recoveries(wrong: 1.3)
        #expect(found.map(\.kind) == [.skip] && found[0].at == 10.5)
        #expect(abs((found[0].seconds ?? .nan) - 1.5) < 1e-9)
    }

    @Test func immediateRecoveryIsZero() throws {
        #expect(try recoveries(wrong: 0).map(\.seconds) == [0])
    }

    @Test func aFewRightOnsetsAreNotARecovery() throws {
        // Right from 12.0 to 14.5 s, six onsets, then wrong again until 17 s.
        let found = try recoveries(wrong: 1.3, again: 14.75..<16.75)
        #expect(abs((found[0].seconds ?? .nan) - 6.5) < 1e-9)
    }

    @Test func aFewRightOnsetsAtTheEndAreNotARecovery() throws {
        #expect(try recoveries(wrong: 10).map(\.seconds) == [nil])
    }
}
