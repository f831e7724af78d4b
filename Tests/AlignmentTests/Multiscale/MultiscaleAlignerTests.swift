import Alignment
import Foundation
import Scores
import Sound
import Synthesis
import Testing

/// Requires a soundfont; skipped if none is installed.
@Suite("Multiscale aligner", .enabled(if: Studio.hasFonts), .serialized)
struct MultiscaleAlignerTests {
    @Test("aligns a slow performance with initial silence and final applause")
    func tempo() throws {
        let studio = try Studio()
        let score = try Studio.score(measures: 8)
        let take = Studio.Take(beats: 0..<32, start: 2.5, pace: 1.1)
        try studio.record(score, [take], length: 44, noise: [40..<44])
        var shares: [Double] = []
        let alignment = try MultiscaleAligner().align(score, audio: studio.path) { shares.append($0) }
        #expect(shares == shares.sorted() && shares.last == 1)
        #expect(Studio.share(of: take, alignment, score) >= 0.97)
        #expect(alignment.stretches.count == 1)
        #expect(alignment.verdict.grade != .rejected)
        #expect(alignment.verdict.confidence > 0.8)
        let foreign = alignment.suspicions.filter { $0.kind == .foreign }
        #expect(foreign.count == 1 && foreign[0].times.lowerBound > 38)
        #expect(alignment.measures.map(\.passage) == Array(0..<8))
    }

    @Test("aligns a performance that is out of tune and faster than written")
    func tuning() throws {
        let studio = try Studio()
        let score = try Studio.score()
        let take = Studio.Take(beats: 0..<48, start: 0.5, pace: 0.35)
        try studio.record(score, [take], length: 19, cents: 25)
        let alignment = try MultiscaleAligner().align(score, audio: studio.path) { _ in }
        #expect(Studio.share(of: take, alignment, score) >= 0.95)
        #expect(alignment.verdict.grade == .accepted)
    }

    @Test("detects omitted measures and aligns the rest")
    func skip() throws {
        let studio = try Studio()
        let score = try Studio.score(measures: 14)
        let takes = [
            Studio.Take(beats: 0..<20, start: 0.5, pace: 0.5), Studio.Take(beats: 36..<56, start: 10.5, pace: 0.5),
        ]
        try studio.record(score, takes, length: 22)
        let alignment = try MultiscaleAligner().align(score, audio: studio.path) { _ in }
        for take in takes { #expect(Studio.share(of: take, alignment, score) >= 0.95) }
        let skipped = try #require(alignment.suspicions.first { $0.kind == .skipped })
        #expect(abs(skipped.beats.lowerBound - 20) <= 1 && abs(skipped.beats.upperBound - 36) <= 1)
        #expect(skipped.explanation.contains("measures 6 to 9"))
        #expect(alignment.verdict.grade == .doubtful)
    }

    @Test("detects an extra repeat and labels both passes")
    func repetition() throws {
        let studio = try Studio()
        let score = try Studio.score(measures: 10)
        let takes = [
            Studio.Take(beats: 0..<24, start: 0.5, pace: 0.5), Studio.Take(beats: 8..<40, start: 12.7, pace: 0.5),
        ]
        try studio.record(score, takes, length: 31)
        let alignment = try MultiscaleAligner().align(score, audio: studio.path) { _ in }
        for take in takes { #expect(Studio.share(of: take, alignment, score) >= 0.95) }
        #expect(alignment.stretches.count == 2)
        let repeated = try #require(alignment.suspicions.first { $0.kind == .repeated })
        #expect(repeated.explanation.contains("measures 3 to 6"))
        #expect(alignment.verdict.grade == .accepted)
    }

    @Test("places notes on the correct side of a pause")
    func pause() throws {
        let studio = try Studio()
        let score = try Studio.score(measures: 8)
        let takes = [
            Studio.Take(beats: 0..<15, start: 0.5, pace: 0.6), Studio.Take(beats: 15..<32, start: 14, pace: 0.6),
        ]
        try studio.record(score, takes, length: 26)
        let alignment = try MultiscaleAligner().align(score, audio: studio.path) { _ in }
        for take in takes { #expect(Studio.share(of: take, alignment, score) >= 0.95) }
        #expect(alignment.suspicions.contains { $0.kind == .stretched })
    }

    @Test("rejects a score of other music")
    func otherMusic() throws {
        let studio = try Studio()
        let take = Studio.Take(beats: 0..<48, start: 0.5, pace: 0.5)
        try studio.record(try Studio.score(), [take], length: 26)
        let other = try Studio.score(seed: 77)
        let alignment = try? MultiscaleAligner().align(other, audio: studio.path) { _ in }
        #expect(alignment.map { $0.verdict.grade == .rejected } ?? true)
        // The paper's method always aligns the whole recording; the review must find that the notes are wrong.
        let forced = try ReviewedAligner(PaperAligner()).align(other, audio: studio.path) { _ in }
        #expect(forced.verdict.grade == .rejected)
        #expect(forced.verdict.confidence < 0.4)
    }

    @Test("reports silent and very short recordings")
    func silence() throws {
        let studio = try Studio()
        let score = try Studio.score()
        try AudioFileWriter.write([Float](repeating: 0, count: 100_000), to: studio.path)
        #expect(throws: AlignmentError.tooShort(path: studio.path, reason: "it is silent")) {
            _ = try MultiscaleAligner().align(score, audio: studio.path) { _ in }
        }
        try AudioFileWriter.write([Float](repeating: 0.1, count: 20_000), to: studio.path)
        #expect(throws: AlignmentError.tooShort(path: studio.path, reason: "it lasts less than a second")) {
            _ = try MultiscaleAligner().align(score, audio: studio.path) { _ in }
        }
    }

    @Test("an error thrown by progress aborts the work")
    func interruption() throws {
        struct Stop: Error {}
        let studio = try Studio()
        let score = try Studio.score(measures: 4)
        try studio.record(score, [Studio.Take(beats: 0..<16, start: 0.5, pace: 0.5)], length: 10)
        #expect(throws: Stop.self) {
            _ = try MultiscaleAligner().align(score, audio: studio.path) { if $0 > 0.5 { throw Stop() } }
        }
    }
}
