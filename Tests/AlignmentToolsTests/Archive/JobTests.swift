import Alignment
import AlignmentSamples
import AlignmentTools
import Foundation
import Music
import Scores
import Sound
import Synchronization
import Testing

@Suite("Alignment jobs")
struct JobTests {
    private func files() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let score = Samples.score(measures: 1)
        try MIDIFile(Samples.alignment(score, [(0...4, 0, 0.5)]), of: score).write(to: folder.file("score.mid"))
        try AudioFileWriter.write([Float](repeating: 0, count: 5 * 44_100), to: folder.file("audio.wav"))
        return folder
    }

    private func job(_ folder: ScratchFolder, _ aligner: any Aligner = StubAligner()) -> AlignmentJob {
        var outputs = AlignmentOutputs()
        outputs.labels = folder.file("x.csv")
        outputs.document = folder.file("x.json")
        outputs.mix = folder.file("x.wav")
        return AlignmentJob(
            score: folder.file("score.mid"), audio: folder.file("audio.wav"), aligner: aligner, outputs: outputs)
    }

    @Test("a mismatch writes diagnostic outputs but no labels, unless forced")
    func mismatch() throws {
        let folder = try files()
        var job = job(folder, StubAligner(rejecting: "audio"))
        var lines: [String] = []
        #expect {
            try job.run(found: { lines = AlignmentSummary($0.alignment, of: $0.score).lines })
        } throws: { error in
            "\(error)".contains("does not match") && "\(error)".contains("hardly any note was found.")
        }
        #expect(folder.files == ["audio.wav", "score.mid", "x.wav"])
        #expect(lines.first == "rejected: 10.0% of 4 notes are reliable; hardly any note was found")
        job.isForced = true
        try job.run()
        #expect(folder.files == ["audio.wav", "score.mid", "x.csv", "x.json", "x.wav"])
    }

    @Test("times of an excerpt refer to the whole recording")
    func excerpt() throws {
        let folder = try files()
        var job = job(folder)
        job.times = 1.5..<4
        let result = try job.run()
        #expect(abs(result.alignment.duration - 4) < 1e-6)
        let first = try LabelFile(path: folder.file("x.csv")).labels.first
        #expect(first?.note.start == 1.5)
        job.times = 7..<9
        #expect(throws: AlignmentError.self) { try job.run() }
    }

    @Test("invalid outputs and inputs are detected before alignment")
    func early() throws {
        let folder = try files()
        let aligner = StubAligner()
        var job = job(folder, aligner)
        job.outputs.document = folder.file("x.csv")
        #expect(throws: AlignmentError.self) { try job.run() }
        job.outputs.document = nil
        try Data("MThd".utf8).write(to: URL(fileURLWithPath: folder.file("score.mid")))
        #expect(throws: ScoreError.self) { try job.run() }
        #expect(aligner.calls.withLock { $0.isEmpty })
    }

    @Test("the summary lists ranges of measures with low confidence, and the speed")
    func summary() {
        let score = Samples.score(measures: 8)
        var alignment = Samples.alignment(score, [(0...32, 0, 0.5)])
        for index in [1, 3, 4, 5] { alignment.measures[index].confidence = 0.2 }
        alignment.suspicions = [
            .init(kind: .repeated, beats: 0...4, times: 0...2, explanation: "Measure 1 is played twice.")
        ]
        let lines = AlignmentSummary(alignment, of: score, elapsed: 0.5).lines
        #expect(lines[1] == "repeated: Measure 1 is played twice")
        #expect(lines[2] == "measures with less than 50.0% confidence: 2, 4-6")
        #expect(lines[3] == "17.0 s of audio in 0.5 s, 34x real time")
    }
}
