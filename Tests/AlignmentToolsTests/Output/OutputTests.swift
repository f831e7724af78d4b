import Alignment
import AlignmentSamples
import AlignmentTools
import Foundation
import Scores
import Sound
import Testing

@Suite("Outputs of an alignment")
struct OutputTests {
    private let score = Samples.score(measures: 4, parts: 2)

    private func recorded(_ folder: ScratchFolder) throws -> (ScoreAlignment, AlignmentDocument.Origin) {
        let alignment = Samples.alignment(score)
        try Samples.record(alignment, of: score, to: folder.file("audio.wav"))
        return (
            alignment,
            .init(
                score: "score.mid", audio: folder.file("audio.wav"), method: "test",
                parameters: ["hop": .number(512), "bad": .number(.nan), "norm": .text("l2"), "log": .flag(true)])
        )
    }

    @Test("JSON is complete and holds only finite numbers")
    func json() throws {
        let folder = try ScratchFolder()
        var (alignment, origin) = try recorded(folder)
        alignment.notes[3].confidence = .nan
        alignment.measures[1].end = alignment.measures[1].start
        alignment.suspicions = [.init(kind: .skipped, beats: 0...(.infinity), times: 1...2, explanation: "why")]
        try AlignmentDocument(alignment, of: score, origin: origin).write(to: folder.file("x.json"))
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("x.json")))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["format"] as? String == "noted.alignment")
        #expect(object["version"] as? Int == 1)
        #expect((object["notes"] as? [[String: Any]])?.count == alignment.notes.count)
        let measures = try #require(object["measures"] as? [[String: Any]])
        #expect(measures.map { $0["number"] as? String } == ["1", "2", "3", "4"])
        #expect(measures[0]["tempo"] as? Double == 120)
        #expect(measures[1]["tempo"] == nil)
        #expect((object["parameters"] as? [String: Any])?.keys.sorted() == ["hop", "log", "norm"])
        #expect((object["verdict"] as? [String: Any])?["grade"] as? String == "accepted")
        #expect((object["suspicions"] as? [[String: Any]])?.first?["kind"] as? String == "skipped")
    }

    @Test("the figure names suspicious regions and stays small")
    func plot() throws {
        let folder = try ScratchFolder()
        var (alignment, origin) = try recorded(folder)
        alignment.suspicions = [
            .init(kind: .skipped, beats: 4...12, times: 3...3.1, explanation: ""),
            .init(kind: .foreign, beats: 16...16, times: 9...10, explanation: ""),
        ]
        let document = try AlignmentPlot().figure(alignment, of: score, origin: origin).document()
        #expect(document.text.utf8.count < 1_000_000)
        #expect(document.text.contains("skipped: measures 2-3") && document.text.contains(">foreign<"))
        #expect(document.text.components(separatedBy: "data:image/png").count == 3)
        #expect(document.text.contains("Verdict: accepted, 90% of the notes are reliable: test fixture."))
    }

    @Test("invalid outputs are detected in advance")
    func checks() throws {
        let folder = try ScratchFolder()
        var outputs = AlignmentOutputs()
        outputs.labels = folder.file("a.csv")
        try outputs.check(inputs: [folder.file("b.csv")])
        #expect(throws: AlignmentError.self) { try outputs.check(inputs: [folder.path + "/./a.csv"]) }
        outputs.document = folder.path + "/../" + (folder.path as NSString).lastPathComponent + "/a.csv"
        #expect(throws: AlignmentError.self) { try outputs.check() }
        outputs.document = folder.file("no/where.json")
        #expect(throws: AlignmentError.self) { try outputs.check() }
        outputs.document = folder.path
        #expect(throws: AlignmentError.self) { try outputs.check() }
        outputs.document = nil
        outputs.mix = folder.file("a.mp4")
        #expect(throws: AlignmentError.self) { try outputs.check() }
    }

    @Test("the mix has a tone at each note, in one or two channels, and is written atomically", arguments: [1, 2])
    func mix(channels: Int) throws {
        let folder = try ScratchFolder()
        let (alignment, origin) = try recorded(folder)
        try AudioFileWriter.write([Float](repeating: 0, count: 10 * 44_100), to: origin.audio)
        let layout: ValidationMix.Layout = channels == 1 ? .mono : .stereo
        try ValidationMix(alignment, of: score, layout: layout).write(audio: origin.audio, to: folder.file("x.wav"))
        #expect(folder.files == ["audio.wav", "x.wav"])
        let reader = try AudioFileReader(path: folder.file("x.wav"))
        #expect(reader.sourceChannels == channels && reader.expectedCount == 10 * 44_100)
        let samples = try AudioFileReader.readAll(path: folder.file("x.wav"))
        func level(_ times: Range<Double>) -> Float {
            samples[Int(times.lowerBound * 44_100)..<Int(times.upperBound * 44_100)].reduce(0) { max($0, abs($1)) }
        }
        // Notes last half a second, tones a quarter of a second.
        #expect(level(0..<0.999) < 1e-4)
        for beat in 0..<16 {
            let start = 1 + 0.5 * Double(beat)
            #expect(level(start..<start + 0.1) > 0.002)
            #expect(level(start + 0.26..<start + 0.499) < 1e-4)
        }
        #expect(throws: SoundError.self) {
            try ValidationMix(alignment, of: score).write(audio: folder.file("none.wav"), to: folder.file("y.wav"))
        }
        #expect(folder.files == ["audio.wav", "x.wav"])
    }

    @Test("mixes of loud recordings do not clip")
    func loudness() throws {
        let folder = try ScratchFolder()
        let (alignment, origin) = try recorded(folder)
        let square = (0..<10 * 44_100).map { Float($0 / 50 % 2 == 0 ? 1 : -1) }
        try AudioFileWriter.write(square, to: origin.audio)
        try ValidationMix(alignment, of: score).write(audio: origin.audio, to: folder.file("x.wav"))
        let peak = try AudioFileReader.readAll(path: folder.file("x.wav")).reduce(0) { max($0, abs($1)) }
        #expect(peak > 0.5 && peak < 0.999)
    }
}
