import Following
import FollowingEvaluation
import Testing

@Suite struct ConfidenceTests {
    private let onsets = Traces.reference((0..<40).map(Double.init))

    private func evaluate(
        _ onsets: [FollowingReference.Onset], end: Double = 20, error: (Double) -> Double = { _ in 0 },
        state: (Double) -> FollowingState = { _ in .following }, confidence: (Double) -> Double = { _ in 1 }
    ) throws -> ConfidenceEvaluation {
        let trace = try #require(
            FollowingTrace(
                rows: Traces.trace(onsets, end: end, error: error, state: state, confidence: confidence)))
        return ConfidenceEvaluation(of: trace, against: try #require(FollowingReference(onsets: onsets)))
    }

    @Test func confidentAndRightIsPerfect() throws {
        let evaluation = try evaluate(onsets)
        #expect(evaluation.falseSeconds == 0)
        #expect(abs(evaluation.evaluatedSeconds - 19.9) < 1e-6)
        #expect(evaluation.calibrationError == 0)
    }

    @Test func confidentAndWrongIsFalseConfidence() throws {
        let evaluation = try evaluate(onsets, error: { $0 > 10.05 && $0 < 12.05 ? 0.6 : 0 })
        #expect(abs(evaluation.falseSeconds - 2) < 1e-6)
        #expect(abs(evaluation.falseShare - 2 / 19.9) < 1e-6)
        // A tenth of the certain positions was wrong.
        #expect(abs((evaluation.calibrationError ?? .nan) - 20.0 / 199) < 1e-6)
    }

    @Test func lostOrUnconfidentIsNotFalseConfidence() throws {
        let error = { (time: Double) in time > 10.05 && time < 12.05 ? 0.6 : 0.0 }
        #expect(try evaluate(onsets, error: error, state: { _ in .lost }).falseSeconds == 0)
        #expect(try evaluate(onsets, error: error, confidence: { _ in 0.49 }).falseSeconds == 0)
    }

    @Test func errorsWithinTheToleranceAreRight() throws {
        #expect(try evaluate(onsets, error: { $0 < 1 ? 0 : 0.49 }).falseSeconds == 0)
    }

    @Test func everyPositionWithinAPauseIsRight() throws {
        var paused = onsets
        for index in 20..<40 { paused[index].seconds += 5 }
        // The position holds within the interval.
        #expect(try evaluate(paused, end: 25).falseSeconds == 0)
        // The position advances through the silence from 10.05 s to 15 s: wrong half a second past the next onset.
        let running = try evaluate(paused, end: 25, error: { $0 > 10 && $0 < 15.5 ? 1.5 : 0 })
        #expect(running.falseSeconds > 4)
    }

    @Test func advancingBeforeALateStartIsWrong() throws {
        let late = Traces.reference((0..<40).map(Double.init), start: 8)
        #expect(try evaluate(late, end: 27).falseSeconds == 0)
        let eager = try evaluate(late, end: 27, error: { $0 < 7.95 ? 0.5 * $0 : 0 })
        #expect(abs(eager.falseSeconds - 6.9) < 0.11)
    }

    @Test func waitingIsNotCalibrated() throws {
        let evaluation = try evaluate(onsets, state: { _ in .waiting }, confidence: { _ in 0 })
        #expect(evaluation.calibrationError == nil)
    }

    @Test func poolingCountsRows() throws {
        let right = try evaluate(onsets)
        let wrong = try evaluate(onsets, error: { _ in 3 })
        let pooled = ConfidenceEvaluation(pooling: [right, wrong])
        #expect(abs(pooled.falseSeconds - right.falseSeconds - wrong.falseSeconds) < 1e-9)
        #expect(abs((pooled.calibrationError ?? .nan) - 0.5) < 0.02)
    }
}
