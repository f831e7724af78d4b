import Music
import Synthesis
import Testing

/// These tests need an installed soundfont.
@Suite("Scores played by FluidSynth", .enabled(if: SoundFontLibrary().score() != nil))
struct ScoreSynthesizerTests {
    private static func render(_ notes: [Note], _ options: ScoreSynthesizer.Options) throws -> [Float] {
        let path = try #require(SoundFontLibrary().score("TimGM6mb.sf2") ?? SoundFontLibrary().score())
        var samples: [Float] = []
        try ScoreSynthesizer(soundFont: path, options: options).render(notes) { block in
            #expect(block.count <= ScoreSynthesizer.blockSize)
            block.withUnsafeBufferPointer { samples += $0 }
        }
        return samples
    }

    private static let dry = ScoreSynthesizer.Options(hasReverb: false, hasChorus: false, tail: 0.5)

    /// The first audible sample.
    private static func onset(_ samples: ArraySlice<Float>) -> Int? { samples.firstIndex { abs($0) > 1e-4 } }

    @Test("notes start on time to half a block")
    func times() throws {
        let single = try Self.render([Note(pitch: 60, start: 0, end: 0.1, velocity: 100)], Self.dry)
        let lag = try #require(Self.onset(single[...]))
        for start in [0.1, 0.2345, 0.5001] {
            let samples = try Self.render([Note(pitch: 60, start: start, end: start + 0.1, velocity: 100)], Self.dry)
            let found = try #require(Self.onset(samples[...]))
            #expect(abs(Double(found - lag) - start * 44_100) <= 32.5)
        }
    }

    @Test("lead and tail are silent")
    func silence() throws {
        var options = Self.dry
        options.lead = 0.25
        options.tail = 1
        let notes = [Note(pitch: 60, start: 0, end: 0.1, velocity: 100)]
        let samples = try Self.render(notes, options)
        let found = try #require(Self.onset(samples[...]))
        #expect(Double(found) / 44_100 >= 0.249 && Double(found) / 44_100 < 0.3)
        #expect(abs(Double(samples.count) / 44_100 - 1.35) < 0.01)
        #expect(abs(ScoreSynthesizer(soundFont: "", options: options).duration(of: notes) - 1.35) < 1e-9)
    }

    @Test("all programs play at once, missing ones as a piano")
    func programs() throws {
        let notes = (0..<128).map {
            Note(pitch: 60, start: 0.2 * Double($0), end: 0.2 * Double($0) + 0.15, velocity: 100, program: $0)
        }
        let samples = try Self.render(notes, Self.dry)
        for index in 0..<128 {
            let slot = samples[Int(0.2 * 44_100 * Double(index))..<Int(0.2 * 44_100 * Double(index + 1))]
            #expect(Self.onset(slot) != nil, "program \(index)")
        }
        let piano = try Self.render([Note(pitch: 60, start: 0, end: 0.2, velocity: 100)], Self.dry)
        let flute = try Self.render([Note(pitch: 60, start: 0, end: 0.2, velocity: 100, program: 73)], Self.dry)
        #expect(piano != flute)
    }

    @Test("two overlapping notes of one pitch end independently")
    func unison() throws {
        // An organ sounds as long as its key is held.
        let short = Note(pitch: 60, start: 0, end: 0.3, velocity: 100, program: 19)
        let long = Note(pitch: 60, start: 0.1, end: 2, velocity: 100, program: 19)
        let samples = try Self.render([short, long], Self.dry)
        #expect(samples[66_150..<79_380].contains { abs($0) > 1e-3 })
    }

    @Test("hundreds of simultaneous notes and out-of-range notes are safe")
    func manyNotes() throws {
        let manyNotes = (0..<600).map { Note(pitch: 60, start: 0.0001 * Double($0), end: 1, program: $0 % 128) }
        let odd = [
            Note(pitch: 400, start: 0, end: 1), Note(pitch: -1, start: 0, end: 1), Note(pitch: 60, start: -5, end: 0.1),
            Note(pitch: 60, start: 1, end: 0.5), Note(pitch: 61, start: 0.1, end: 0.2, velocity: 900, program: 9_000),
            Note(pitch: 60, start: .nan, end: 1), Note(pitch: 60, start: 0, end: .nan),
        ]
        let samples = try Self.render(manyNotes + odd, Self.dry)
        #expect(Self.onset(samples[...]) != nil)
        #expect(samples.allSatisfy { $0.isFinite })
        #expect(abs(Double(samples.count) / 44_100 - 1.5) < 0.01)
    }

    @Test("rendering no notes gives silence of the tail's length")
    func noNotes() throws {
        let samples = try Self.render([], Self.dry)
        #expect(abs(Double(samples.count) / 44_100 - 0.5) < 0.01)
        #expect(Self.onset(samples[...]) == nil)
    }

    @Test("an error of the receiver ends rendering")
    func interrupted() throws {
        struct Enough: Error {}
        let path = try #require(SoundFontLibrary().score())
        #expect(throws: Enough.self) {
            try ScoreSynthesizer(soundFont: path).render([Note(pitch: 60, start: 0, end: 3600)]) { _ in
                throw Enough()
            }
        }
    }

    @Test("soundfonts are found by path and by file name")
    func library() throws {
        let path = try #require(SoundFontLibrary().score())
        #expect(SoundFontLibrary().score(path) == path)
        #expect(SoundFontLibrary().score(String(path.split(separator: "/").last ?? "")) == path)
        #expect(SoundFontLibrary().score("no-such.sf2") == nil)
        #expect(SoundFontLibrary().score("/no/such.sf2") == nil)
    }
}
