import Foundation
import Music
import Scores
import Testing

@testable import Performing

@Suite struct PerformerTests {
    /// Three-note chords on each of 96 beats in 4/4, at 120 bpm.
    private static func score(beats: Int = 96) throws -> Score {
        let notes = (0..<beats).flatMap { beat in
            [48, 60, 67].map { pitch in
                Note(
                    pitch: pitch + beat % 5, start: Double(beat) / 2, end: Double(beat) / 2 + 0.45,
                    velocity: 70)
            }
        }
        return try Score(MIDIFile(notes: notes), name: "chords")
    }

    private static func played(_ kind: PerformanceKind, seed: UInt64 = 4) throws -> Performance {
        try Performer(try score(), kind: kind, seed: seed).perform(name: "chords")
    }

    @Test(arguments: PerformanceKind.allCases) func performanceDependsOnlyOnSeed(_ kind: PerformanceKind) throws {
        #expect(try Self.played(kind) == Self.played(kind))
        #expect(try Self.played(kind).notes != Self.played(kind, seed: 5).notes)
    }

    @Test(arguments: PerformanceKind.allCases) func referenceMatchesNotes(_ kind: PerformanceKind) throws {
        let performance = try Self.played(kind)
        let starts = Set(performance.notes.map { Int(($0.start * 1e6).rounded()) })
        for onset in performance.onsets {
            #expect(onset.scoreSeconds == onset.beat / 2)
            // Only `wrong` omits notes.
            if kind != .wrong { #expect(starts.contains(Int((onset.seconds * 1e6).rounded()))) }
        }
        #expect(zip(performance.onsets, performance.onsets.dropFirst()).allSatisfy { $0.seconds < $1.seconds })
        #expect(performance.notes.allSatisfy { $0.end > $0.start && (1...127).contains($0.velocity) })
    }

    @Test func strictKeepsWrittenTempo() throws {
        for onset in try Self.played(.strict).onsets {
            #expect(abs(onset.seconds - onset.scoreSeconds - PlayedOrder.lead) < 0.021)
        }
    }

    @Test func warpVariesTempoAndSlowsDownAtTheEnd() throws {
        let onsets = try Self.played(.warp).onsets
        let gaps = zip(onsets, onsets.dropFirst()).map { $1.seconds - $0.seconds }
        #expect((gaps.max() ?? 0) > 1.2 * (gaps.min() ?? 0))
        #expect(gaps[gaps.count - 1] > 1.15 * gaps[..<(gaps.count - 4)].reduce(0, +) / Double(gaps.count - 4))
    }

    @Test func slowAndFastScaleTheTempo() throws {
        for (kind, factor) in [(PerformanceKind.slow, 0.6), (.fast, 1.5)] {
            let onsets = try Self.played(kind).onsets
            let pace = (onsets[80].seconds - onsets[8].seconds) / (onsets[80].scoreSeconds - onsets[8].scoreSeconds)
            #expect(abs(pace * factor - 1) < 0.25, "\(kind)")
        }
    }

    @Test func jumpsAndPausesHaveDocumentedLengths() throws {
        func steps(_ kind: PerformanceKind) throws -> [(beats: Double, seconds: Double)] {
            let onsets = try Self.played(kind).onsets
            return zip(onsets, onsets.dropFirst()).map { ($1.beat - $0.beat, $1.seconds - $0.seconds) }
        }
        #expect(try steps(.skip).filter { $0.beats != 1 }.map(\.beats) == [17])
        #expect(try steps(.repeat).filter { $0.beats != 1 }.map(\.beats) == [-15])
        #expect(try steps(.pause).count { $0.seconds > 5 && $0.seconds < 6.5 } == 1)
        #expect(try abs(Self.played(.late).onsets[0].seconds - 8) < 0.03)
        let middle = try Self.played(.middle).onsets
        #expect(middle[0].beat > 16 && middle[0].seconds < 1)
    }

    @Test func wrongAltersNotes() throws {
        let right = try Self.played(.warp).notes.count
        let wrong = try Self.played(.wrong).notes
        let pitches = Set((0..<5).flatMap { shift in [48, 60, 67].map { $0 + shift } })
        #expect(wrong.contains { !pitches.contains($0.pitch) })
        #expect(wrong.count != right && abs(wrong.count - right) < right / 10)
    }

    @Test func shortScoreHasNoRoomForSkip() throws {
        let score = try Self.score(beats: 20)
        #expect(throws: PerformanceError.tooShort(score: "short", kind: .skip)) {
            try Performer(score, kind: .skip, seed: 1).perform(name: "short")
        }
        #expect(try !Performer(score, kind: .warp, seed: 1).perform(name: "short").notes.isEmpty)
    }

    @Test func referenceIsTable() throws {
        let performance = Performance(
            notes: [], onsets: [.init(beat: 1.5, scoreSeconds: 0.75, seconds: 2.000001)])
        #expect(performance.reference == "score_beat,score_time,perf_time\n1.500000,0.750000,2.000001\n")
    }
}
