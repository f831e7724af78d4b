import Alignment
import AlignmentSamples
import AlignmentTools
import Music
import Scores
import Testing

@Suite("Labels from an alignment")
struct LabelTests {
    @Test("rows hold samples, programs from 1, score beats, and lengths in beats")
    func columns() throws {
        let score = Samples.score(measures: 1)
        let alignment = Samples.alignment(score, [(0...4, 1, 0.5)])
        let lines = LabelFile(alignment, of: score).text(.musicNet).split(separator: "\n")
        #expect(lines[0] == "start_time,end_time,instrument,note,start_beat,end_beat,note_value")
        #expect(lines[1] == "44100,66150,41,55,0.0,1.0,Quarter")
        #expect(lines[2] == "66150,88200,41,60,1.0,1.0,Quarter")
        #expect(lines.count == 5)
    }

    @Test("percussion is left out, and rows are sorted by start")
    func order() {
        let score = Samples.score(measures: 2, parts: 2, percussion: true)
        var alignment = Samples.alignment(score, [(0...8, 1, 0.5)])
        alignment.notes.reverse()
        let labels = LabelFile(alignment, of: score).labels
        #expect(labels.count == 16)
        #expect(labels.map(\.note.start) == labels.map(\.note.start).sorted())
    }

    @Test("a grace note lasts 60 ms and the corresponding number of beats")
    func graceNotes() throws {
        var score = Samples.score(measures: 1)
        score.notes[2].duration = 0
        score.notes[2].isGrace = true
        var alignment = Samples.alignment(score, [(0...4, 1, 0.5)])
        alignment.notes[2].end = alignment.notes[2].start
        let label = try #require(LabelFile(alignment, of: score).labels.first { $0.startBeat == 2 })
        #expect(abs(label.note.end - label.note.start - 0.06) < 1e-9)
        #expect(label.endBeat == 0.12)
    }

    @Test("start beats match the score's beats")
    func beats() throws {
        var score = Samples.score(measures: 1)
        for (index, beat) in [1.0 / 3, 2.0 / 3, 1.25, 22.0 / 7].enumerated() { score.notes[index].onset = beat }
        let text = LabelFile(Samples.alignment(score, [(0...4, 1, 0.5)]), of: score).text(.musicNet)
        let read = try LabelFile(data: Array(text.utf8), name: "labels").labels.compactMap(\.startBeat)
        #expect(read.count == 4)
        for (beat, note) in zip(read, score.notes) { #expect(abs(beat - note.onset) < 1e-8) }
        #expect(text.contains(",0.333333333,"))
    }

    @Test("notes outside the recording, unknown notes and non-finite times are handled individually")
    func damage() {
        let score = Samples.score(measures: 1)
        var alignment = Samples.alignment(score, [(0...4, 1, 0.5)])
        alignment.notes[0].start = -3
        alignment.notes[1].start = .nan
        alignment.notes[2].note = 99
        alignment.notes[3].start = 100
        alignment.notes[3].end = 101
        let labels = LabelFile(alignment, of: score).labels
        #expect(labels.count == 1)
        #expect(labels[0].note.start == 0 && labels[0].note.end <= alignment.duration)
    }
}
