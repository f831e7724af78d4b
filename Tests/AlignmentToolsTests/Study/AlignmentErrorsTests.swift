import Alignment
import AlignmentSamples
import AlignmentTools
import Foundation
import Music
import Scores
import Testing

@Suite("Alignment errors")
struct AlignmentErrorsTests {
    @Test("statistics match NumPy")
    func figures() throws {
        let errors = AlignmentErrors(errors: [0.01, -0.05, 0.02, -0.08, 0.9], missed: 3)
        #expect(errors.count == 8)
        #expect(abs(try #require(errors.median) - 0.05) < 1e-12)
        #expect(abs(try #require(errors.percentile90) - 0.572) < 1e-12)
        #expect(abs(try #require(errors.mean) - 0.212) < 1e-12)
        #expect(abs(try #require(errors.bias) - 0.01) < 1e-12)
        #expect(errors.share(within: 0.05) == 3.0 / 8)
        #expect(errors.share(within: 1) == 5.0 / 8)
    }

    @Test("only missed onsets")
    func missed() {
        let errors = AlignmentErrors(errors: [], missed: 2)
        #expect(errors.median == nil && errors.mean == nil && errors.bias == nil)
        #expect(errors.share(within: 10) == 0)
        #expect(AlignmentErrors(pooling: [errors, AlignmentErrors(errors: [1], missed: 0)]).count == 3)
        #expect(AlignmentErrors(errors: [], missed: 0).share(within: 1) == 0)
    }

    private static func score() throws -> Score {
        var file = MIDIFile(division: .ticksPerQuarter(480), tracks: [[]])
        // Onsets at beats 0, 1 (a chord) and 2.
        for (pitch, beat) in [(60, 0), (64, 1), (67, 1), (65, 2)] {
            file.tracks[0].append(.init(tick: 480 * beat, message: .noteOn(channel: 0, key: pitch, velocity: 80)))
            file.tracks[0].append(.init(tick: 480 * beat + 400, message: .noteOff(channel: 0, key: pitch, velocity: 0)))
        }
        return try Score(file, name: "test")
    }

    private static func alignment(_ score: Score, starts: [(note: Int, stretch: Int, start: Double)]) -> ScoreAlignment
    {
        ScoreAlignment(
            stretches: [], notes: starts.map { .init(note: $0.note, stretch: $0.stretch, start: $0.start, end: 9) },
            duration: 10)
    }

    @Test("compares the first note of a chord and the nearest pass of a repeat; counts missed beats")
    func matching() throws {
        let score = try Self.score()
        let alignment = Self.alignment(
            score, starts: [(0, 0, 0.5), (1, 0, 1.6), (2, 0, 1.5), (0, 1, 3.1), (1, 1, 4)])
        let reference = OnsetReference(onsets: [
            .init(beat: 0, time: 0.4), .init(beat: 1, time: 1.45), .init(beat: 1, time: 1.8), .init(beat: 2, time: 2.5),
            .init(beat: 0, time: 3.0),
        ])
        #expect(reference.onsets.count == 4)
        let errors = AlignmentErrors(of: alignment, score, against: reference)
        #expect(errors.missed == 1)
        #expect(zip(errors.errors, [0.1, 0.05, 0.1]).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(errors.errors.count == 3)
    }

    @Test("reads references and rejects invalid ones")
    func references() throws {
        let folder = try ScratchFolder()
        func read(_ text: String) throws -> OnsetReference {
            let path = folder.file("reference.csv")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return try OnsetReference(path: path)
        }
        let good = try read("score_beat,score_time,perf_time\r\n0,0,1.5\r\n0.5,1,2\r\n")
        #expect(good.onsets == [.init(beat: 0, time: 1.5), .init(beat: 0.5, time: 2)])
        let title = "score_beat,perf_time\n"
        for bad in ["", "a,b\n1,2\n", title, title + "1\n", title + "1,x\n", title + "nan,1\n"] {
            #expect(throws: AlignmentError.self) { try read(bad) }
        }
        #expect(throws: AlignmentError.self) { try OnsetReference(path: folder.file("none.csv")) }
    }
}
