import Basics
import Foundation
import Music
import Networks
import Testing

@testable import Transcription

@Suite struct RecordingTests {
    /// Without conditioning, because its gain would depend on the length of the silence before the recording.
    @Test(arguments: [0, 100, 256, 1000, 1024, 2048])
    func rowsReferToMultiplesOfHop(lookahead: Int) throws {
        let model = try TinyModel.make(labelOffset: TinyModel.window - lookahead, conditioning: nil)
        for count in [1, 255, 256, 257, 5000, 5120] {
            var recording = try RecordingTranscriber(model: model)
            var generator = SplitMix64(seed: UInt64(count))
            let samples = (0..<count).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
            var rows: [[Float]] = []
            var index = 0
            let body: RecordingTranscriber.RowBody = { row, _, transcriber in
                #expect(row == rows.count)
                transcriber.withPosteriors { posteriors in rows.append(posteriors.indices.map { posteriors[$0] }) }
            }
            while index < count {
                let part = min(Int.random(in: 1...700, using: &generator), count - index)
                try recording.process(samples.span.extracting(index..<index + part), body)
                index += part
            }
            _ = try recording.finish(body)
            #expect(rows.count == (count + 255) / 256, "\(count) samples, lookahead \(lookahead)")
            #expect(recording.sampleCount == Int64(count))
            expectEqual(rows, try reference(model, samples, lookahead: lookahead, rows: rows.count))
        }
    }

    /// Computes the same rows with a plain transcriber, after as much silence as it takes to put the label sample of
    /// row 0 at sample 0.
    func reference(_ model: Model, _ samples: [Float], lookahead: Int, rows: Int) throws -> [[Float]] {
        let hop = TinyModel.hop
        let before = (hop - lookahead % hop) % hop + hop
        let padded =
            [Float](repeating: 0, count: before) + samples + [Float](repeating: 0, count: lookahead + 2 * hop)
        let transcriber = try Transcriber(model: model)
        var result: [[Float]] = []
        for start in stride(from: 0, to: padded.count - hop + 1, by: hop) {
            transcriber.process(padded.span.extracting(start..<start + hop))
            guard start + hop - lookahead - before >= 0, result.count < rows else { continue }
            transcriber.withPosteriors { posteriors in result.append(posteriors.indices.map { posteriors[$0] }) }
        }
        return result
    }

    func expectEqual(_ rows: [[Float]], _ expected: [[Float]]) {
        #expect(rows.count == expected.count)
        for (row, other) in zip(rows, expected) {
            for (value, wanted) in zip(row, other) where abs(value - wanted) > 1e-5 {
                Issue.record("\(value) is not \(wanted)")
                return
            }
        }
    }

    @Test func eventSamplesCountFromRecordingStart() throws {
        let model = try TinyModel.certain(labelOffset: 1500)
        var recording = try RecordingTranscriber(model: model)
        let silence = Signals.silence(0.5)
        let samples = silence + Signals.scaled(Signals.chord([60, 64, 67], seconds: 0.5), to: -20)
        var events: [NoteEvent] = []
        recording.process(samples.span) { _, found, _ in events += found }
        events += recording.finish { _, found, _ in events += found }
        #expect(events.count == 2 * 88)
        expectValid(events, hop: Int64(TinyModel.hop))
        let onset = try #require(events.first)
        #expect(abs(Int(onset.sample) - silence.count) < 4096)
        #expect(events.allSatisfy { $0.sample <= samples.count })
    }

    @Test func emptyRecordingGivesNoRows() throws {
        var recording = try RecordingTranscriber(model: TinyModel.make())
        var rows = 0
        let ends = recording.finish { _, _, _ in rows += 1 }
        #expect(ends.isEmpty && rows == 0)
    }

    @Test func tracesReproduceNotes() throws {
        let thresholds = NoteThresholds(on: 0.55, off: 0.5, onset: 0.5)
        let model = try TinyModel.make(scale: 0.6, heads: [.sounding, .onset], thresholds: thresholds)
        var recording = try RecordingTranscriber(model: model)
        let samples = Signals.scaled(Signals.chord([50, 64, 67], seconds: 0.7), to: -20)
        var trace = PosteriorTrace(info: model.info)
        var assembler = NoteAssembler(sampleRate: 44100)
        var notes: [Note] = []
        let body: RecordingTranscriber.RowBody = { _, events, transcriber in
            trace.append(transcriber)
            notes += assembler.add(events)
        }
        try recording.process(samples.span, body)
        let ends = try recording.finish(body)
        notes += assembler.add(ends)
        trace.finish(sampleCount: recording.sampleCount)
        #expect(!notes.isEmpty)
        let strip = { (note: Note) in [Double(note.pitch), note.start, note.confidence] }
        #expect(trace.notes(thresholds).map(strip) == notes.map(strip))
        #expect(trace.notes(NoteThresholds(on: 1, off: 1, onset: 1)).isEmpty)
    }
}

@Suite struct NoteAssemblerTests {
    func on(_ pitch: Int, _ sample: Int64) -> NoteEvent {
        .on(NoteOnset(pitch: pitch, sample: sample, velocity: 80, confidence: 0.5))
    }

    func off(_ pitch: Int, _ sample: Int64, _ onset: Int64) -> NoteEvent {
        .off(NoteOffset(pitch: pitch, sample: sample, onsetSample: onset))
    }

    @Test func notesAreOrderedByOnset() {
        var assembler = NoteAssembler(sampleRate: 100)
        #expect(assembler.add([on(60, 0), on(62, 100)]).isEmpty)
        #expect(assembler.add([off(62, 200, 100), on(64, 250), off(64, 300, 250)]).isEmpty)
        let notes = assembler.add([off(60, 400, 0)])
        #expect(notes.map(\.pitch) == [60, 62, 64])
        #expect(notes.first == Note(pitch: 60, start: 0, end: 4, velocity: 80, confidence: 0.5))
        #expect(assembler.add([]).isEmpty)
    }

    @Test func repeatedNoteIsTwoNotes() {
        var assembler = NoteAssembler(sampleRate: 100)
        let notes = assembler.add([on(60, 0), off(60, 50, 0), on(60, 50), off(60, 70, 50)])
        #expect(notes.map(\.start) == [0, 0.5] && notes.map(\.end) == [0.5, 0.7])
    }

    @Test func noteOffWithoutNoteOnIsIgnored() {
        var assembler = NoteAssembler(sampleRate: 100)
        #expect(assembler.add([off(60, 50, 0)]).isEmpty)
    }
}
