import Alignment
import AlignmentSamples
import Basics
import Foundation
import Music
import Scores
import Sound
import Synthesis
import Testing

/// Requires a soundfont; skipped if none is installed.
@Suite("Paper aligner", .enabled(if: SoundFontLibrary().score() != nil))
struct PaperAlignerTests {
    /// A melody over long notes, 24 beats at 120 bpm.
    private static func score() throws -> Score {
        var random = SplitMix64(seed: 5)
        var file = MIDIFile(division: .ticksPerQuarter(480), tracks: [[], []])
        func add(_ track: Int, _ pitch: Int, _ beat: Double, _ length: Double) {
            let start = Int(480 * beat)
            file.tracks[track].append(.init(tick: start, message: .noteOn(channel: track, key: pitch, velocity: 80)))
            file.tracks[track].append(
                .init(tick: start + Int(480 * length), message: .noteOff(channel: track, key: pitch, velocity: 0)))
        }
        for index in 0..<48 { add(0, 60 + Int.random(in: 0...16, using: &random), Double(index) / 2, 0.45) }
        for index in 0..<12 { add(1, 40 + Int.random(in: 0...12, using: &random), Double(index) * 2, 1.9) }
        return try Score(file, name: "test")
    }

    /// Maps written to performed time: later, slower and uneven.
    private static func performed(_ second: Double) -> Double { 0.8 + 1.15 * second + 0.3 * sin(second) }

    private static func record(_ score: Score, to path: String) throws {
        let notes = score.performed().map { note in
            var note = note
            note.start = performed(note.start)
            note.end = performed(note.end)
            return note
        }
        // A different soundfont from the aligner's, if one is installed.
        let font = try #require(SoundFontLibrary().score("TimGM6mb.sf2") ?? SoundFontLibrary().score())
        var samples: [Float] = []
        try ScoreSynthesizer(soundFont: font).render(notes) { block in
            block.withUnsafeBufferPointer { samples += $0 }
        }
        try AudioFileWriter.write(samples, to: path)
    }

    @Test("finds the notes of a performance within 50 ms")
    func performance() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path
        let score = try Self.score()
        try Self.record(score, to: folder + "/audio.wav")
        var shares: [Double] = []
        let alignment = try PaperAligner().align(score, audio: folder + "/audio.wav") { shares.append($0) }
        #expect(shares == shares.sorted() && shares.last == 1)
        #expect(alignment.notes.count == score.notes.count)
        let errors = alignment.notes.map { played in
            abs(played.start - Self.performed(score.tempo.seconds(atBeat: score.notes[played.note].onset)))
        }
        #expect(errors.count { $0 <= 0.05 } * 100 >= 95 * errors.count)
        #expect(alignment.stretches.count == 1)
        let anchors = alignment.stretches[0].anchors
        for (before, after) in zip(anchors, anchors.dropFirst()) {
            #expect(before.beat < after.beat && before.time <= after.time)
        }
        #expect(abs((anchors.first?.beat ?? -1) - 0) < 1e-9)
        #expect(alignment.notes.allSatisfy { $0.end >= $0.start && $0.end <= alignment.duration })
        #expect(alignment.measures.count == score.passages.count)
    }

    @Test("reports silent recordings, missing files and missing soundfonts")
    func refused() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path
        let score = try Self.score()
        let silent = folder + "/silent.wav"
        try AudioFileWriter.write([Float](repeating: 0, count: 44_100), to: silent)
        #expect(throws: AlignmentError.tooShort(path: silent, reason: "it is silent")) {
            try PaperAligner().align(score, audio: silent)
        }
        let short = folder + "/short.wav"
        try AudioFileWriter.write([Float](repeating: 0.5, count: 100), to: short)
        #expect(throws: AlignmentError.self) { try PaperAligner().align(score, audio: short) }
        #expect(throws: SoundError.missingFile(path: folder + "/none.wav")) {
            try PaperAligner().align(score, audio: folder + "/none.wav")
        }
        #expect(throws: SynthesisError.missingSoundFont(path: "none.sf2")) {
            try PaperAligner(soundFont: "none.sf2").align(score, audio: silent)
        }
        #expect(throws: AlignmentError.self) {
            try PaperAligner(spectra: SpectrumParameters(hop: 0)).align(score, audio: silent)
        }
    }

    @Test("an error thrown by progress aborts the work", arguments: [0.01, 0.6])
    func interrupted(limit: Double) throws {
        struct Abort: Error {}
        let scratch = try ScratchFolder()
        let folder = scratch.path
        let score = try Self.score()
        try Self.record(score, to: folder + "/audio.wav")
        #expect(throws: Abort.self) {
            try PaperAligner().align(score, audio: folder + "/audio.wav") { if $0 >= limit { throw Abort() } }
        }
    }
}
