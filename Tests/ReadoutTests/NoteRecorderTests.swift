import Music
import Readout
import Testing
import Wire

@Suite struct NoteRecorderTests {
    private func recorded(_ messages: [ServerMessage], end: Double = 1000) -> [Note] {
        var recorder = NoteRecorder()
        for message in messages { recorder.apply(message, now: end) }
        recorder.finishAll(now: end)
        return recorder.notes
    }

    @Test func timeStartsWithTheFirstOnset() {
        let notes = recorded([
            Messages.on(60, time: 900), Messages.on(64, time: 900.5), Messages.off(64, duration: 0.25),
            Messages.off(60, duration: 2),
        ])
        #expect(notes.map(\.pitch) == [64, 60])
        #expect(notes.map(\.start) == [0.5, 0])
        #expect(notes.map(\.end) == [0.75, 2])
    }

    @Test func notesStartedBeforeTheRecordingAreOmitted() {
        #expect(recorded([.resync(Resync(epoch: 0, sample: 0, active: [50])), Messages.off(50)]).isEmpty)
    }

    @Test func soundingNotesEndWithTheRecording() {
        #expect(recorded([Messages.on(60, time: 990)]).map(\.end) == [10])
    }

    @Test func resyncEndsNotesThatItDoesNotList() {
        let notes = recorded([
            Messages.on(60, time: 990), Messages.on(62, time: 990), .resync(Resync(epoch: 0, sample: 0, active: [62])),
            Messages.off(62, duration: 1),
        ])
        #expect(notes.map(\.pitch) == [60, 62])
        #expect(notes.map(\.end) == [10, 1])
    }

    @Test func aClockSetBackGivesNoNegativeTimes() {
        let notes = recorded(
            [Messages.on(60, time: 990), Messages.on(62, time: 10), Messages.on(60, time: 9)], end: 20)
        #expect(notes.allSatisfy { $0.start >= 0 && $0.end >= $0.start })
        #expect(notes.count == 3)
    }
}
