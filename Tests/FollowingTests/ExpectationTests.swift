import Basics
import Following
import Testing

// Swift Testing has an Expectation too.
private typealias Expectation = Following.Expectation

/// A player in a score of one note per beat, at two beats per second, with a follower that is always right.
@Suite struct ExpectationTests {
    private static let hop: Int64 = 512
    private static let rate = 44_100.0

    /// Pitch 60 + beat, one note on each of 40 beats.
    private static let scale = (0..<40).map { DueNote(beat: Double($0), pitch: 60 + $0) }

    /// Drives an expectation hop by hop. Positions follow from the sample; notes are detected `lookahead` late.
    private struct Stage {
        fileprivate var expectation: Expectation
        var sample: Int64 = 0
        var beat = 0.0
        var tempo = 120.0
        var state = FollowingState.following
        var missed: [MissedNote] = []
        private var played: [(at: Int64, pitch: Int)] = []
        private(set) var answers: [Int: Bool?] = [:]
        let lookahead: Double

        init(_ notes: [DueNote] = ExpectationTests.scale, lookahead: Double = 0.2, pitches: ClosedRange<Int> = 0...127)
        {
            self.lookahead = lookahead
            expectation = Expectation(notes, lookahead: lookahead, pitches: pitches)
        }

        /// Begins a note, after some seconds.
        mutating func sound(_ pitch: Int, after seconds: Double = 0) {
            played.append((sample + Int64(seconds * ExpectationTests.rate), pitch))
        }

        mutating func step(jump: FollowingJump? = nil) {
            sample += ExpectationTests.hop
            if state == .following { beat += Double(ExpectationTests.hop) / ExpectationTests.rate * tempo / 60 }
            expectation.advance(
                FollowingReport(
                    sample: sample, state: state, confidence: 1, beat: beat, scoreSeconds: 0, tempo: tempo, event: 0,
                    jump: jump))
            missed += expectation.missed
            let due = sample - Int64(lookahead * ExpectationTests.rate)
            for note in played where note.at <= due {
                answers[note.pitch] = expectation.observe(pitch: note.pitch, at: note.at)
            }
            played.removeAll { $0.at <= due }
        }

        mutating func run(seconds: Double) {
            for _ in 0..<Int(seconds * ExpectationTests.rate / Double(ExpectationTests.hop)) { step() }
        }

        /// Plays some beats of the scale, except for those left out.
        mutating func play(_ beats: Range<Int>, without missing: Set<Int> = []) {
            for beat in beats where !missing.contains(beat) {
                sound(60 + beat, after: (Double(beat) - self.beat) * 60 / tempo)
            }
            run(seconds: (Double(beats.upperBound) - beat) * 60 / tempo)
        }

        var missedPitches: [Int] { missed.map(\.note.pitch) }
    }

    @Test func correctNotesAreExpectedAndNoneIsMissed() {
        var stage = Stage()
        stage.play(0..<20)
        stage.run(seconds: 0.45)
        #expect(stage.answers.count == 20)
        #expect(stage.answers.values.allSatisfy { $0 == true })
        #expect(stage.missed.isEmpty)
    }

    @Test func omittedNotesAreMissedOnceAndInTime() throws {
        var stage = Stage()
        stage.play(0..<10, without: [4, 7])
        #expect(stage.missedPitches == [64, 67])
        let missed = try #require(stage.missed.first)
        #expect(abs(Double(missed.sample) / Self.rate - 2) < 0.02, "beat 4 is due after two seconds")
        stage.play(10..<15)
        #expect(stage.missedPitches == [64, 67])
    }

    @Test func aMissIsNotReportedWhileTheNoteCouldBeDetected() {
        for lookahead in [0.0, 0.2, 0.37] {
            var stage = Stage(lookahead: lookahead)
            stage.play(0..<4)
            // Beat 4 is due now, and is played as late as the tolerance permits.
            stage.sound(64, after: 0.28)
            stage.run(seconds: 0.9)
            #expect(!stage.missedPitches.contains(64), "lookahead \(lookahead)")
            #expect(stage.answers[64] == .some(true))
        }
    }

    @Test func wrongNotesAreNotExpected() {
        var stage = Stage()
        stage.play(0..<4)
        stage.sound(30)
        stage.run(seconds: 0.5)
        #expect(stage.answers[30] == .some(false))
    }

    @Test func aNoteAtTheWrongTimeIsUnexpectedAndMissed() {
        var stage = Stage()
        stage.play(0..<4, without: [2])
        stage.sound(62, after: 0.4)
        stage.play(4..<8)
        #expect(stage.answers[62] == .some(false))
        #expect(stage.missedPitches == [62])
    }

    @Test(arguments: [(0.25, true), (-0.25, true), (0.36, false), (-0.36, false)])
    func toleranceIsThreeTenthsOfASecond(shift: Double, isExpected: Bool) {
        var stage = Stage()
        stage.play(0..<4)
        stage.sound(66, after: 1 + shift)
        stage.run(seconds: 2)
        #expect(stage.answers[66] == .some(isExpected))
    }

    @Test func toleranceIsAQuarterOfABeatInSlowMusic() {
        var stage = Stage()
        stage.tempo = 30
        stage.sound(61, after: 2 + 0.45)
        stage.run(seconds: 3)
        #expect(stage.answers[61] == .some(true))
    }

    @Test func eachScoreNoteAccountsForOneDetection() {
        let notes = [DueNote(beat: 2, pitch: 60), DueNote(beat: 2.2, pitch: 60), DueNote(beat: 8, pitch: 60)]
        var expectation = Expectation(notes)
        for hop in 1...120 {
            let sample = Int64(hop) * Self.hop
            expectation.advance(
                FollowingReport(
                    sample: sample, state: .following, confidence: 1, beat: Double(sample) / Self.rate * 2,
                    scoreSeconds: 0, tempo: 120, event: 0))
        }
        let at = Int64(1.05 * Self.rate)
        #expect(expectation.observe(pitch: 60, at: at) == true)
        #expect(expectation.observe(pitch: 60, at: at) == true)
        #expect(expectation.observe(pitch: 60, at: at) == false)
    }

    @Test func heldNotesMayBeDetectedAgain() {
        let notes = [DueNote(beat: 1, pitch: 60, length: 4), DueNote(beat: 1, pitch: 64, length: 1)]
        var stage = Stage(notes)
        stage.sound(60, after: 0.5)
        stage.run(seconds: 1)
        #expect(stage.answers[60] == .some(true))
        // Beat 4: one is held for another beat, the other ended two beats ago.
        stage.sound(60, after: 1)
        stage.sound(64, after: 1)
        stage.run(seconds: 1.4)
        #expect(stage.answers[60] == .some(true))
        #expect(stage.answers[64] == .some(false))
        stage.sound(60, after: 2)
        stage.run(seconds: 2.4)
        #expect(stage.answers[60] == .some(false), "beyond its end")
    }

    @Test func unknownBeforeFollowingBegins() {
        var stage = Stage()
        stage.state = .waiting
        stage.run(seconds: 1)
        stage.sound(60)
        stage.run(seconds: 1)
        #expect(stage.answers[60] == .some(nil))
        stage.state = .following
        stage.play(0..<4)
        #expect(stage.missed.isEmpty)
    }

    @Test func theFirstNoteIsExpected() {
        var stage = Stage()
        stage.state = .waiting
        stage.run(seconds: 1)
        stage.sound(60)
        stage.run(seconds: 0.1)
        stage.state = .following
        stage.beat = 0.2
        stage.run(seconds: 0.5)
        #expect(stage.answers[60] == .some(true))
    }

    @Test func nothingIsMissedWhileHolding() {
        var stage = Stage()
        stage.play(0..<4)
        stage.state = .holding
        stage.run(seconds: 10)
        #expect(stage.missed.isEmpty)
        stage.sound(64)
        stage.run(seconds: 0.3)
        #expect(stage.answers[64] == .some(true), "the position is known")
        stage.state = .following
        stage.play(5..<8)
        #expect(stage.missed.isEmpty)
    }

    @Test func unknownWhileLost() {
        var stage = Stage()
        stage.play(0..<4)
        stage.state = .lost
        stage.sound(64)
        stage.run(seconds: 5)
        #expect(stage.answers[64] == .some(nil))
        #expect(stage.missed.isEmpty)
        stage.state = .following
        stage.beat = 20
        stage.play(20..<26, without: [23])
        #expect(stage.missedPitches == [83])
    }

    @Test func jumpsCauseNoMisses() {
        var stage = Stage()
        stage.play(0..<8)
        stage.beat = 20
        stage.step(jump: FollowingJump(fromBeat: 8, toBeat: 20))
        stage.play(21..<26)
        #expect(stage.missed.isEmpty)
        #expect((81..<86).allSatisfy { stage.answers[$0] == .some(true) })
    }

    @Test func unreportedJumpsCauseNoMisses() {
        var stage = Stage()
        stage.play(0..<8)
        stage.beat = 20
        stage.play(21..<26)
        #expect(stage.missed.isEmpty)
    }

    @Test func repeatedNotesAreExpectedAgain() {
        var stage = Stage()
        stage.play(0..<8)
        stage.beat = 0
        stage.step(jump: FollowingJump(fromBeat: 8, toBeat: 0))
        stage.play(1..<8, without: [5])
        #expect((61..<65).allSatisfy { stage.answers[$0] == .some(true) })
        stage.run(seconds: 0.4)
        #expect(stage.missedPitches == [65])
    }

    @Test func notesJustBeforeAReportedJumpAreComparedWithItsTarget() {
        var stage = Stage()
        stage.play(0..<8)
        // The players go to beat 20. The follower detects this 0.15 s later, before the first note there is detected.
        stage.sound(80)
        stage.run(seconds: 0.15)
        stage.beat = 20.3
        stage.step(jump: FollowingJump(fromBeat: 8.3, toBeat: 20.3))
        stage.run(seconds: 0.3)
        #expect(stage.answers[80] == .some(true))
    }

    @Test func interruptionForgetsPendingNotes() {
        var stage = Stage()
        stage.play(0..<8, without: [6, 7])
        stage.expectation.interrupt()
        let before = stage.missedPitches
        stage.run(seconds: 0.1)
        stage.play(9..<14)
        #expect(stage.missedPitches == before)
    }

    @Test func undetectablePitchesAreNotMissed() {
        var stage = Stage(pitches: 0...65)
        stage.play(0..<20, without: Set(0..<20))
        #expect(stage.missedPitches == [61, 62, 63, 64, 65], "the first is due before following has begun")
    }

    @Test func unknownBeyondTheEnd() {
        var stage = Stage()
        stage.play(0..<40)
        stage.state = .ended
        stage.run(seconds: 0.1)
        stage.sound(30)
        stage.run(seconds: 0.5)
        #expect(stage.answers[30] == .some(nil))
        #expect(stage.answers[99] == .some(true))
    }

    /// Arbitrary input causes no trap, and no note is missed twice in one round, or missed after it was detected.
    @Test(arguments: 0..<20) func arbitraryInputIsHandled(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let notes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            DueNote(beat: Double.random(in: 0...20, using: &random), pitch: Int.random(in: 58...64, using: &random))
        }
        var expectation = Expectation(notes, lookahead: Double.random(in: 0...0.4, using: &random))
        var (sample, beat, missed, detected) = (Int64(0), 0.0, 0, 0)
        for _ in 0..<3000 {
            sample += Self.hop
            let state = FollowingState.allCases[[0, 1, 1, 1, 1, 1, 1, 2, 3, 4][Int.random(in: 0..<10, using: &random)]]
            beat += [0.02, 0.02, 0.03, -0.01, 0][Int.random(in: 0..<5, using: &random)]
            if Int.random(in: 0..<400, using: &random) == 0 {
                beat = [0, .nan, .infinity, 1e300, -5][Int.random(in: 0..<5, using: &random)]
            }
            expectation.advance(
                FollowingReport(
                    sample: sample, state: state, confidence: 1, beat: beat, scoreSeconds: 0,
                    tempo: [120, 0, .infinity, 90][min(Int.random(in: 0..<300, using: &random), 3)], event: 0))
            if !beat.isFinite || abs(beat) > 100 { beat = 0 }
            missed += expectation.missed.count
            if Bool.random(using: &random) {
                let at = sample - Int64.random(in: -50_000...200_000, using: &random)
                detected += expectation.observe(pitch: Int.random(in: 0...127, using: &random), at: at) == true ? 1 : 0
            }
        }
        #expect(missed + detected <= 3000 * 60)
        #expect(expectation.observe(pitch: 60, at: .max) == nil)
        #expect(expectation.observe(pitch: 60, at: .min) == nil)
    }
}
