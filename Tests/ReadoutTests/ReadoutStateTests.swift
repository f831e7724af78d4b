import Readout
import Testing
import Wire

@Suite struct ReadoutStateTests {
    private func state(_ messages: [(Double, ServerMessage)]) -> ReadoutState {
        var state = ReadoutState(now: 0)
        state.connected(now: 0)
        for (now, message) in messages { state.apply(message, now: now) }
        return state
    }

    @Test func notesStartWhenTheySounded() {
        let state = state([(10, Messages.on(69, delay: 200)), (10.6, Messages.off(69, duration: 0.4))])
        #expect(state.notes.count == 1)
        #expect(abs(state.notes[0].start - 9.8) < 1e-9)
        #expect(abs((state.notes[0].end ?? 0) - 10.2) < 1e-9)
        #expect(state.sounding.isEmpty)
    }

    @Test func soundingNotesAreInAscendingOrder() {
        let state = state([(1, Messages.on(67)), (1, Messages.on(60)), (1, Messages.on(64)), (2, Messages.off(60))])
        #expect(state.sounding.map(\.note) == [64, 67])
    }

    @Test func aRepeatedNoteEndsThePreviousOne() {
        let state = state([(1, Messages.on(60)), (2, Messages.on(60))])
        #expect(state.notes.count == 2)
        #expect(state.sounding.count == 1)
    }

    @Test func resyncReplacesSoundingNotes() {
        let resync = ServerMessage.resync(Resync(epoch: 3, sample: 0, active: [64, 72]))
        let state = state([(1, Messages.on(60)), (1, Messages.on(64)), (2, resync)])
        #expect(state.sounding.map(\.note) == [64, 72])
        #expect(state.epoch == 3)
    }

    @Test func aLostConnectionEndsAllNotes() {
        var state = state([(1, Messages.on(60)), (1, Messages.level(-20, peak: -10))])
        state.disconnected(reason: "gone", now: 3)
        #expect(state.sounding.isEmpty && state.level == nil)
        #expect(state.link == .lost(reason: "gone", since: 3))
        state.disconnected(reason: "still gone", now: 5)
        #expect(state.link == .lost(reason: "still gone", since: 3))
        state.connected(now: 6)
        #expect(state.link == .connected)
    }

    @Test func byeGivesTheReasonOfALostConnection() {
        var state = state([(1, .bye(Bye(.tooSlow)))])
        state.disconnected(reason: "closed", now: 2)
        #expect(state.link == .lost(reason: "this terminal was too slow for noted", since: 2))
    }

    @Test func delayIsTheMedianOfRecentNotes() {
        let delays = [9000.0] + [Double](repeating: 190, count: 8) + [Double](repeating: 210, count: 7)
        let state = state(delays.enumerated().map { (Double($0), Messages.on(60, delay: $1)) })
        #expect(state.delay == 190)
    }

    @Test func thePeakIsHeldThenReleased() {
        var state = state([(1, Messages.level(-20, peak: -3)), (2, Messages.level(-20, peak: -12))])
        #expect(state.heldPeak?.value == -3)
        state.apply(Messages.level(-20, peak: -15), now: 3)
        #expect(state.heldPeak?.value == -15)
    }

    @Test func oldNotesExpireUnlessSounding() {
        var state = state([(0, Messages.on(40)), (0, Messages.on(50)), (1, Messages.off(50))])
        for second in 1...200 {
            state.apply(Messages.on(60), now: Double(second))
            state.apply(Messages.off(60), now: Double(second) + 0.5)
        }
        #expect(state.sounding.map(\.note) == [40])
        #expect(state.notes.count < 70)
    }

    @Test func theNumberOfNotesIsBounded() {
        var state = state([])
        for index in 0..<5000 { state.apply(Messages.on(index % 128), now: 1) }
        #expect(state.notes.count == 2048)
    }
}
