import Foundation
import Music
import Networks
import Testing
import Transcription

@testable import Evaluation

struct ThresholdSearchTests {
    /// The output of a synthetic network for ten notes of A4, half a second each. Its onsets are clear, its sounding
    /// posteriors fall four hops late, and between the notes another pitch sounds without an onset (a ghost note).
    static func evaluation() throws -> RecordingEvaluation {
        let info = ModelInfo(
            name: "test", architecture: .paper(stride: 64, heads: [.sounding, .onset]), window: 4096, labelOffset: 2048)
        let transcriber = try Transcriber(info: info)
        var trace = PosteriorTrace(info: info)
        let reference = (0..<10).map { Note(pitch: 69, start: 1 + Double($0), end: 1.5 + Double($0)) }
        let hops = 12 * 44100 / 512
        for hop in 0..<hops {
            let samples = (0..<512).map { 0.3 * sin(2 * Float.pi * 440 * Float((hop * 512 + $0) % 44100) / 44100) }
            let label = Double((hop + 1) * 512 - info.lookahead)
            var posteriors = [Float](repeating: 0, count: 256)
            for note in reference {
                let (start, end) = (note.start * 44100, note.end * 44100)
                if label >= start, label < end + 4 * 512 { posteriors[69] = 0.95 }
                if label >= end + 6000, label < end + 16000 { posteriors[40] = 0.6 }
                if abs(label - start) <= 256 { posteriors[128 + 69] = 0.7 }
            }
            transcriber.process(samples.span, posteriors: posteriors.span)
            guard transcriber.labelSample >= 0 else { continue }
            trace.append(transcriber)
        }
        trace.finish(sampleCount: Int64(hops * 512))
        return RecordingEvaluation(
            name: "synthetic", seconds: Double(hops * 512) / 44100, trace: trace, reference: reference, notes: [])
    }

    @Test func searchFindsThresholdsForAllNotes() throws {
        let search = ThresholdSearch([try Self.evaluation()])
        let start = NoteThresholds()
        let before = search.evaluate(start)
        // Ten notes, ten ghost notes, and late offsets.
        #expect(before.onsetF1 < 0.7)
        let best = search.best(from: start)
        #expect(best.onsetF1 == 1)
        #expect(best.frameF1 > 0.97)
        #expect(best.thresholds.on > 0.6 && (0.03...0.06).contains(best.thresholds.releaseAdvance))
        #expect(best.thresholds.minimumDuration == start.minimumDuration && best.thresholds.gateDBFS == start.gateDBFS)
    }

    /// One start detects no ghost notes, the other little else.
    @Test func resultDoesNotDependOnTheStart() throws {
        let search = ThresholdSearch([try Self.evaluation()])
        for start in [NoteThresholds(on: 0.05, off: 0.01, onset: 0.9), NoteThresholds(on: 0.9, off: 0.9, onset: 0.05)] {
            let best = search.best(from: start)
            #expect(best.onsetF1 == 1 && best.frameF1 > 0.97)
        }
    }
}
