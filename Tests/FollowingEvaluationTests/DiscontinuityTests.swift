import FollowingEvaluation
import Testing

@Suite struct DiscontinuityTests {
    private func found(_ onsets: [FollowingReference.Onset]) throws -> [Discontinuity] {
        Discontinuity.all(in: try #require(FollowingReference(onsets: onsets)))
    }

    private let beats = (0..<40).map(Double.init)

    @Test func steadyPlayingHasNone() throws {
        #expect(try found(Traces.reference(beats)).isEmpty)
    }

    @Test func aTempoFarFromTheWrittenOneHasNone() throws {
        let slow = Traces.reference(beats).map { onset in
            FollowingReference.Onset(beat: onset.beat, scoreSeconds: onset.scoreSeconds, seconds: onset.seconds * 3.3)
        }
        #expect(try found(slow).isEmpty)
    }

    @Test func aLongNoteIsNotAPause() throws {
        var onsets = Traces.reference(beats)
        for index in 20..<40 {
            onsets[index].beat += 8
            onsets[index].scoreSeconds += 4
            onsets[index].seconds += 4.5
        }
        #expect(try found(onsets).isEmpty)
    }

    @Test func detectsAPause() throws {
        var onsets = Traces.reference(beats)
        for index in 20..<40 { onsets[index].seconds += 5 }
        let pauses = try found(onsets)
        #expect(pauses == [Discontinuity(kind: .pause, onset: 20, seconds: onsets[20].seconds)])
    }

    @Test func detectsSkipsAndRepeats() throws {
        let skip = try found(Traces.reference(Array(beats[..<15] + beats[31...])))
        #expect(skip.map(\.kind) == [.skip] && skip.map(\.onset) == [15])
        let again = try found(Traces.reference(Array(beats[..<30] + beats[14...])))
        #expect(again.map(\.kind) == [.repeat] && again.map(\.onset) == [30])
    }

    @Test func detectsLateAndMiddleStarts() throws {
        #expect(try found(Traces.reference(beats, start: 8)).map(\.kind) == [.late])
        #expect(try found(Traces.reference(Array(beats[16...]))).map(\.kind) == [.middle])
    }
}
