import Evaluation
import Music
import Testing

@Suite struct FrameTests {
    @Test func averagePrecisionMatchesScikitLearn() throws {
        for item in try Golden.loadFrames() {
            var scores = item.scores
            expectClose(scores.averagePrecision(), item.answers.averagePrecision)
        }
    }

    @Test func countsAtThresholdsMatchScikitLearn() throws {
        for item in try Golden.loadFrames() {
            var scores = item.scores
            for threshold in item.answers.thresholds {
                let counts = scores.counts(above: threshold.threshold)
                expectClose(counts.precision, threshold.prf[0])
                expectClose(counts.recall, threshold.prf[1])
                expectClose(counts.f1, threshold.prf[2])
            }
        }
    }

    @Test func bestThresholdMaximizesF1OnTheGrid() throws {
        for item in try Golden.loadFrames() {
            var scores = item.scores
            let best = scores.bestThreshold()
            expectClose(best.counts.f1, item.answers.best[1] ?? -1)
            if let threshold = item.answers.best[0] { expectClose(best.threshold, threshold) }
        }
    }

    @Test func protocolThresholdIsTheFirstOfEquals() throws {
        for item in try Golden.loadFrames() {
            var scores = item.scores
            let found = scores.bestThreshold(among: PaperProtocol().thresholds)
            let best = try #require(found)
            expectClose(best.threshold, item.answers.gridThreshold[0])
            expectClose(best.counts.f1, item.answers.gridThreshold[1])
        }
        var none = FrameScores()
        #expect(none.bestThreshold(among: []) == nil)
    }

    @Test func mirexMeasuresMatchMirEval() throws {
        for item in try Golden.loadFrames() {
            for threshold in item.answers.thresholds {
                let roll = PianoRoll(scores: item.matrix, above: threshold.threshold)
                let score = MultiPitchScore(reference: item.truth, estimate: roll)
                expectClose(score.cells.precision, threshold.mirex["precision"] ?? -1)
                expectClose(score.cells.recall, threshold.mirex["recall"] ?? -1)
                expectClose(score.accuracy, threshold.mirex["acc"] ?? -1)
                expectClose(score.substitutionError, threshold.mirex["esub"] ?? -1)
                expectClose(score.missError, threshold.mirex["emiss"] ?? -1)
                expectClose(score.falseAlarmError, threshold.mirex["efa"] ?? -1)
                expectClose(score.totalError, threshold.mirex["etot"] ?? -1)
            }
        }
    }

    @Test func curvesMatchScikitLearn() throws {
        let cases = try Golden.loadFrames().filter { !$0.answers.curve.isEmpty }
        #expect(cases.count >= 4)
        for item in cases {
            var scores = item.scores
            let curve = scores.curve(points: 100_000)
            // scikit-learn has a point for every score, we only for scores of positive cells, where recall rises.
            let expected = item.answers.curve.enumerated()
                .filter { $0.offset == 0 ? $0.element[0] > 0 : $0.element[0] > item.answers.curve[$0.offset - 1][0] }
                .map(\.element)
            #expect(curve.recall.count == expected.count)
            for (index, point) in expected.enumerated() where index < curve.recall.count {
                expectClose(curve.recall[index], point[0])
                expectClose(curve.precision[index], point[1])
            }
        }
    }

    @Test func thinnedCurvesAreShortAndKeepTheirEnd() throws {
        let item = try #require(try Golden.loadFrames().last)
        var scores = item.scores
        let curve = scores.curve(points: 50)
        #expect((40...51).contains(curve.recall.count))
        #expect(curve.recall == curve.recall.sorted() && curve.recall.last == 1)
        #expect(curve.precision.count == curve.recall.count)
        var empty = FrameScores()
        #expect(empty.curve().recall.isEmpty)
    }

    @Test func addedRecordingsGiveTheMicroAverage() throws {
        let items = try Golden.loadFrames()
        var together = FrameScores()
        var parts = FrameScores()
        var matrix: [Float] = []
        var roll = PianoRoll(count: items.map(\.truth.count).reduce(0, +))
        var row = 0
        var sum = MultiPitchScore()
        for item in items {
            parts.add(item.scores)
            matrix += item.matrix
            for index in item.answers.on { roll[row + index / PianoRoll.notes, index % PianoRoll.notes] = true }
            row += item.truth.count
            sum =
                sum
                + MultiPitchScore(
                    reference: item.truth, estimate: PianoRoll(scores: item.matrix, atLeast: 0.4))
        }
        together.add(matrix, truth: roll)
        #expect(together.averagePrecision() == parts.averagePrecision())
        #expect(together.averagePrecision() > 0.1)
        #expect(sum == MultiPitchScore(reference: roll, estimate: PianoRoll(scores: matrix, atLeast: 0.4)))
    }

    @Test func metricsOfEmptyInputAreZero() {
        var empty = FrameScores()
        #expect(empty.averagePrecision() == 0)
        #expect(empty.bestThreshold().counts == PrecisionRecall())
        empty.add([.nan, 1], truth: PianoRoll(count: 0))
        #expect(empty.count == 0)
        let score = MultiPitchScore(reference: PianoRoll(count: 3), estimate: PianoRoll(count: 3))
        #expect(score.accuracy == 0 && score.totalError == 0)
    }

    @Test func nonFiniteScoresRankLast() {
        var truth = PianoRoll(count: 1)
        truth[0, 60] = true
        var row = [Float](repeating: .nan, count: 128)
        row[60] = -3
        var scores = FrameScores()
        scores.add(row, truth: truth)
        #expect(scores.averagePrecision() == 1)
    }

    @Test func gridHasARowForEachWholeWindow() {
        #expect(FrameGrid.windows(sampleCount: 16383).count == 0)
        #expect(FrameGrid.windows(sampleCount: 16384).count == 1)
        #expect(FrameGrid.windows(sampleCount: 16384 + 511).count == 1)
        #expect(FrameGrid.windows(sampleCount: 16384 + 512).count == 2)
        #expect(FrameGrid.windows(sampleCount: 16384 + 512).span == 0..<Double(16384 + 512) / 44100)
    }

    @Test func notesCoverHalfOpenIntervals() {
        let grid = FrameGrid(first: 8192, step: 512, count: 4)
        let centre = { (row: Int) in Double(8192 + 512 * row) / 44100 }
        let roll = PianoRoll(
            [
                Note(pitch: 60, start: centre(1), end: centre(3)),
                Note(pitch: 61, start: centre(1) + 1e-4, end: centre(1) + 2e-4),
                Note(pitch: 62, start: -5, end: 1e9), Note(pitch: 200, start: 0, end: 1),
                Note(pitch: 63, start: 2, end: 1),
            ], on: grid)
        #expect((0..<4).map { roll[$0, 60] } == [false, true, true, false])
        #expect((0..<4).map { roll[$0, 61] } == [false, false, false, false])
        #expect((0..<4).map { roll[$0, 62] } == [true, true, true, true])
        #expect(roll.cells.filter { $0 }.count == 6)
    }
}
