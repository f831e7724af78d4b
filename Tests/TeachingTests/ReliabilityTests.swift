import Alignment
import Music
import Testing

@testable import Teaching
@testable import Training

/// Which labels of an alignment are reliable, and which are held out.
struct ReliabilityTests {
    /// Notes every half second from 1 s to 61 s.
    static func alignment(uncertain: (Double) -> Bool = { _ in false }) -> ScoreAlignment {
        ScoreAlignment(
            stretches: [.init(anchors: [.init(beat: 0, time: 1), .init(beat: 120, time: 61)])],
            notes: (0..<120).map { index in
                let start = 1 + Double(index) / 2
                return .init(
                    note: index, stretch: 0, start: start, end: start + 0.5, confidence: uncertain(start) ? 0.1 : 0.9)
            }, duration: 70)
    }

    @Test func onlyMusicIsReliable() {
        #expect(ReliabilityRule().spans(of: Self.alignment()).ranges == [0.75..<61.25])
    }

    @Test func suspicionsAndLowConfidenceMeasuresAreUnreliable() {
        var alignment = Self.alignment()
        alignment.suspicions = [.init(kind: .mismatch, beats: 18...38, times: 10...20, explanation: "")]
        alignment.measures = [
            .init(passage: 0, stretch: 0, start: 30, end: 32, confidence: 0.2),
            .init(passage: 1, stretch: 0, start: 32, end: 34, confidence: 0.8),
        ]
        #expect(ReliabilityRule().spans(of: alignment).ranges == [0.75..<9.5, 20.5..<30, 32..<61.25])
    }

    @Test func timesAmongManyUncertainNotesAreUnreliable() {
        // One note in three is uncertain: the times stay reliable.
        let few = Self.alignment { Int($0 * 2) % 3 == 0 }
        #expect(ReliabilityRule().spans(of: few).ranges == [0.75..<61.25])
        let many = ReliabilityRule().spans(of: Self.alignment { (20..<30).contains($0) })
        #expect(!many.contains(25) && !many.contains(20.5) && !many.contains(29))
        #expect(many.contains(18) && many.contains(32))
        #expect(ReliabilityRule().spans(of: Self.alignment { _ in true }).duration == 0)
    }

    static func example(_ score: String, _ duration: Double) -> FineTuningExample {
        FineTuningExample(score: score, duration: duration, reliable: TimeSpans([2..<duration - 2]))
    }

    @Test func trainingWindowsDoNotOverlapHeldOutWindows() {
        let examples = [Self.example("a", 200), Self.example("b", 75), Self.example("b", 30), Self.example("c", 20)]
        let split = HeldOutSplit(examples, before: 0.25, after: 0.3)
        #expect(!split.holdsOutPieces)
        for (example, part) in zip(examples, split.parts) {
            // The audio that windows of either part cover.
            let trained = TimeSpans(part.training.ranges.map { $0.lowerBound - 0.25..<$0.upperBound + 0.3 })
            let evaluated = TimeSpans(part.heldOut.ranges.map { $0.lowerBound - 0.25..<$0.upperBound + 0.3 })
            #expect(trained.intersection(evaluated).duration < 1e-9)
            #expect(part.training.subtracting(example.reliable).duration == 0)
            #expect(part.heldOut.subtracting(example.reliable).duration == 0)
        }
        let total = examples.reduce(0) { $0 + $1.reliable.duration }
        let (training, heldOut) = split.seconds
        #expect(heldOut > 0.2 * total && heldOut < 0.45 * total)
        // Little is lost at the block boundaries.
        #expect(training + heldOut > 0.93 * total)
    }

    @Test func manyScoresAreHeldOutWhole() {
        let examples = (0..<20).map { Self.example("score-\($0 % 10)", 60) }
        let split = HeldOutSplit(examples, before: 0.25, after: 0.25)
        #expect(split.holdsOutPieces)
        var held: Set<String> = []
        for (example, part) in zip(examples, split.parts) {
            #expect(part.training.duration == 0 || part.heldOut.duration == 0)
            if part.heldOut.duration > 0 { held.insert(example.pair.score) }
        }
        #expect(held.count >= 2 && held.count <= 4)
        for (example, part) in zip(examples, split.parts) {
            #expect((part.heldOut.duration > 0) == held.contains(example.pair.score))
        }
    }
}

extension FineTuningExample {
    /// An example that has times only.
    init(score: String, duration: Double, reliable: TimeSpans) {
        self.init(
            pair: .init(name: score, score: score, audio: score + ".wav"), duration: duration,
            verdict: .init(), labels: LabelFile(labels: []), uncertain: [], reliable: reliable, digest: "")
    }
}
