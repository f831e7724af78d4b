import Foundation
import Music
import Scores
import Sound
import Synthesis
import Testing

@testable import Performing

/// Requires a soundfont; skipped if none is installed.
@Suite(.enabled(if: SoundFontLibrary().score() != nil)) struct FollowingPairMakerTests {
    @Test func pairIsCompleteAndAudioMatchesReference() throws {
        let folder = NSTemporaryDirectory() + "pair-maker-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let notes = (0..<6).map {
            Note(pitch: 60 + $0, start: Double($0), end: Double($0) + 0.2, velocity: 100, program: 0)
        }
        let score = folder + "/steps.mid"
        try MIDIFile(notes: notes).write(to: score)
        let font = try #require(SoundFontLibrary().score("TimGM6mb.sf2") ?? SoundFontLibrary().score())
        let maker = FollowingPairMaker(soundFont: font, seed: 2)
        let origin = try maker.make(score: score, kind: .late, name: "steps", in: folder + "/pair")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder + "/pair").sorted()
                == ["audio.flac", "pair.json", "reference.csv", "score.mid"])
        let kept = try JSONDecoder().decode(
            FollowingPairMaker.Origin.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/pair/pair.json")))
        #expect(kept == origin && kept.score == "steps.mid")

        let samples = try AudioFileReader.readAll(path: folder + "/pair/audio.flac")
        #expect(abs(Double(samples.count) / 44_100 - origin.seconds) < 0.001)
        let rows = try String(contentsOfFile: folder + "/pair/reference.csv", encoding: .utf8)
            .split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
        #expect(rows.count == 6)
        for row in rows {
            // Silence just before, signal just after.
            let sample = Int(row[2] * 44_100)
            let before = samples[(sample - 1500)..<(sample - 700)].map(abs).max() ?? 1
            let after = samples[sample..<(sample + 1500)].map(abs).max() ?? 0
            #expect(after > 10 * before, "at \(row[2]) s")
        }
        // The score written for the follower is the score that was played.
        let read = try Score(path: folder + "/pair/score.mid")
        #expect(read.notes.map(\.onset) == rows.map { $0[0] })
    }

    @Test func unwritableFolderIsReported() throws {
        let font = try #require(SoundFontLibrary().score())
        let path = NSTemporaryDirectory() + "pair-maker-\(UUID().uuidString).mid"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try MIDIFile(notes: [Note(pitch: 60, start: 0, end: 1)]).write(to: path)
        #expect(throws: PerformanceError.self) {
            try FollowingPairMaker(soundFont: font, seed: 1).make(
                score: path, kind: .strict, name: "x", in: path + "/pair")
        }
    }
}
