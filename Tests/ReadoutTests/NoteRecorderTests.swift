import Music
import Readout
import Testing
import Wire

@Suite struct NoteRecorderTests {
    /// The notes of messages, of which those with a time arrive 0.2 s after it, and the others at the end.
    private func recorded(_ messages: [ServerMessage], end: Double = 1000) -> [Note] {
        var recorder = NoteRecorder()
        for message in messages {
            if case .noteOn(let on) = message {
                recorder.apply(message, now: on.time + 0.2)
            } else {
                recorder.apply(message, now: end + 0.2)
            }
        }
        recorder.finishAll(now: end + 0.2)
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

    /// The system's clock is set by `step` seconds between two notes that are one second apart.
    @Test(arguments: [3600.0, -7200, 0], [1, 2])
    func aClockThatIsSetMovesNoNote(step: Double, epoch: Int) {
        var recorder = NoteRecorder()
        recorder.apply(Messages.on(60, time: 990), now: 50)
        recorder.apply(Messages.off(60, duration: 0.5), now: 50.5)
        let sample: Int64 = epoch == 1 ? 991 * 44_100 : 512
        recorder.apply(Messages.on(62, time: 991 + step, epoch: epoch, sample: sample), now: 51)
        recorder.apply(Messages.off(62, duration: 0.5), now: 51.5)
        recorder.apply(Messages.on(64, time: 992 + step, epoch: epoch, sample: sample + 44_100), now: 52)
        recorder.finishAll(now: 52.25)
        #expect(recorder.notes.map { ($0.start * 1000).rounded() } == [0, 1000, 2000])
        #expect(recorder.notes.map { ($0.end * 1000).rounded() } == [500, 1500, 2250])
    }

    @Test func lostAudioCountsByTime() {
        var recorder = NoteRecorder()
        recorder.apply(Messages.on(60, time: 990), now: 50)
        recorder.apply(Messages.off(60, duration: 0.5), now: 50.5)
        recorder.apply(Messages.on(62, time: 997, epoch: 2, sample: 4096), now: 57)
        recorder.finishAll(now: 58)
        #expect(recorder.notes.map(\.start) == [0, 7])
    }

    /// A daemon that was restarted numbers its epochs from 1 again.
    @Test func anotherDaemonContinuesTheRecording() {
        var recorder = NoteRecorder()
        recorder.apply(Messages.on(60, time: 990), now: 50)
        recorder.disconnected(now: 52)
        recorder.apply(Messages.on(60, time: 995, sample: 1000), now: 55)
        recorder.finishAll(now: 56)
        #expect(recorder.notes.map(\.start) == [0, 5])
        #expect(recorder.notes.map(\.end) == [2, 6])
    }

    @Test func unfinishedRecordingsHaveTheSoundingNotes() {
        var recorder = NoteRecorder()
        recorder.apply(Messages.on(60, time: 990), now: 50)
        #expect(recorder.notesByOnset(now: 51).map(\.end) == [1])
        #expect(recorder.notes.isEmpty)
    }
}
