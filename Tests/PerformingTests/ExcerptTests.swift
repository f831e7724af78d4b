import Foundation
import Music
import Scores
import Testing

@testable import Performing

@Suite struct ExcerptTests {
    /// A scale of quarter notes at 120 bpm, and at 60 bpm from the fifth measure on. One note is held for two measures.
    private static func score() throws -> Score {
        var track = [
            MIDIEvent(tick: 0, message: .program(channel: 0, number: 40)),
            MIDIEvent(tick: 0, message: .tempo(microsecondsPerQuarter: 500_000)),
            MIDIEvent(tick: 16 * 480, message: .tempo(microsecondsPerQuarter: 1_000_000)),
        ]
        for beat in 0..<32 {
            let length = beat == 6 ? 8 * 480 : 470
            track.append(MIDIEvent(tick: beat * 480, message: .noteOn(channel: 0, key: 50 + beat, velocity: 70)))
            track.append(
                MIDIEvent(tick: beat * 480 + length, message: .noteOff(channel: 0, key: 50 + beat, velocity: 64)))
        }
        return try Score(MIDIFile(tracks: [track]), name: "scale")
    }

    @Test func wholeExcerptEqualsScoreInOrderOfPlay() throws {
        let score = try Self.score()
        let excerpt = try ScoreExcerpt(score, part: .all, name: "scale").score
        #expect(excerpt.notes.map(\.onset) == score.notes.map(\.onset))
        #expect(excerpt.notes.map(\.pitch) == score.notes.map(\.pitch))
        #expect(excerpt.tempo == score.tempo)
    }

    @Test func measureExcerptKeepsTempo() throws {
        let excerpt = try ScoreExcerpt(try Self.score(), part: .measures("2", "5"), name: "scale").score
        #expect(excerpt.notes.map(\.pitch) == Array(54..<70))
        #expect(excerpt.notes.map(\.onset) == (0..<16).map(Double.init))
        #expect(excerpt.notes.allSatisfy { $0.program == 40 })
        // The held note keeps its length, and the tempo changes at the same position.
        #expect(excerpt.notes[2].duration == 8)
        #expect(excerpt.tempo.seconds(atBeat: 12) == 6 && excerpt.tempo.seconds(atBeat: 14) == 8)
    }

    @Test func notesAreTruncatedAtEndOfExcerpt() throws {
        let excerpt = try ScoreExcerpt(try Self.score(), part: .measures("1", "2"), name: "scale").score
        #expect(excerpt.notes.count == 8 && excerpt.notes[6].end == 8)
    }

    @Test func excerptBySecondsTakesWholeMeasures() throws {
        #expect(try ScoreExcerpt(try Self.score(), part: .seconds(3), name: "scale").score.notes.count == 8)
        #expect(try ScoreExcerpt(try Self.score(), part: .seconds(1000), name: "scale").score.notes.count == 32)
    }

    @Test func unknownMeasuresAreReported() throws {
        let score = try Self.score()
        #expect(throws: PerformanceError.noSuchMeasures(score: "scale", measures: "3-99")) {
            try ScoreExcerpt(score, part: .measures("3", "99"), name: "scale")
        }
    }

    @Test func pairsAreNamedAfterTheirScores() throws {
        let folder = NSTemporaryDirectory() + "names-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for path in ["a/score.mid", "b/score.mid", "c/x.mid", "c/x.krn", "c/notes.txt"] {
            let url = URL(fileURLWithPath: folder + "/" + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
        }
        let names = try PairNames.all([folder + "/a/score.mid", folder + "/b", folder + "/c"]).map(\.name)
        #expect(names == ["a", "b", "x", "x-2"])
        #expect(throws: ScoreError.self) { try PairNames.all([folder + "/none"]) }
    }
}
