import Basics
import Testing

@testable import Following

@Suite struct ForwardPathTests {
    /// The distance of frames that are all different: 0 for a frame and itself, 1 for frames that are far apart.
    func distance(_ left: Double, _ right: Double) -> Float { Float(min(1, abs(left - right) / 3)) }

    @Test func pathCostsMatchTheRecurrence() {
        //      score 0  1  2
        // live 0     1  2  3
        // live 1     4  1  2
        // live 2     2  3  1
        let matrix: [[Float]] = [[1, 2, 3], [4, 1, 2], [2, 3, 1]]
        let costs = MatrixCosts(scoreCount: 3) { matrix[$0][$1] }
        var path = ForwardPath(width: 8)
        let positions = costs.run(&path, frames: 3)
        let diagonal = StepWeight.diagonal
        // Live 2 at score 2: along the diagonal, which is cheapest, 1 + diagonal + diagonal.
        #expect(abs(path.cost(score: 2) - (1 + 2 * diagonal)) < 1e-12)
        // Live 2 at score 0: straight up, 1 + 4 + 2.
        #expect(path.cost(score: 0) == 7)
        // Live 2 at score 1: from live 1 at score 1, 1 + diagonal + 3.
        #expect(abs(path.cost(score: 1) - (4 + diagonal)) < 1e-12)
        #expect(path.cost(score: 3) == .infinity)
        #expect(positions == [0, 1, 2])
    }

    @Test func windowCostsMatchTheRecurrence() {
        let matrix: [[Float]] = [[1, 2, 3], [4, 1, 2], [2, 3, 1]]
        let costs = MatrixCosts(scoreCount: 3) { matrix[$0][$1] }
        var window = ForwardWindow(back: 5, ahead: 5)
        #expect(costs.run(&window, frames: 3) == [0, 1, 2])
        let diagonal = StepWeight.diagonal
        // The window also knows score frames ahead of the live frames: score 2 at live 0 costs 1 + 2 + 3.
        #expect(abs(window.cost(score: 2) - (1 + 2 * diagonal)) < 1e-12)
        #expect(window.cost(score: 0) == 7)
        #expect(abs(window.cost(score: 1) - (4 + diagonal)) < 1e-12)
        #expect(window.cost(score: 3) == .infinity)
    }

    /// Compares costs with those of the whole matrix, as long as everything is within the widths.
    @Test(arguments: 0..<20) func costsMatchTheWholeMatrix(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = 12
        let matrix = (0..<count).map { _ in (0..<count).map { _ in Float.random(in: 0...1, using: &random) } }
        var full = [[Double]](repeating: [Double](repeating: .infinity, count: count), count: count)
        for live in 0..<count {
            for score in 0..<count {
                let cost = Double(matrix[live][score])
                var best = live == 0 && score == 0 ? cost : Double.infinity
                if live > 0 { best = min(best, full[live - 1][score] + cost) }
                if score > 0 { best = min(best, full[live][score - 1] + cost) }
                if live > 0, score > 0 { best = min(best, full[live - 1][score - 1] + StepWeight.diagonal * cost) }
                full[live][score] = best
            }
        }
        let costs = MatrixCosts(scoreCount: count) { matrix[$0][$1] }
        var path = ForwardPath(width: 2 * count)
        var window = ForwardWindow(back: count, ahead: count)
        _ = costs.run(&path, frames: count)
        _ = costs.run(&window, frames: count)
        for score in 0..<count {
            #expect(abs(path.cost(score: score) - full[count - 1][score]) < 1e-9)
            #expect(abs(window.cost(score: score) - full[count - 1][score]) < 1e-9)
        }
    }

    @Test func identicalSequencesGiveTheDiagonal() {
        let costs = MatrixCosts(scoreCount: 1000) { distance(Double($0), Double($1)) }
        var path = ForwardPath(width: 100)
        #expect(costs.run(&path, frames: 900) == Array(0..<900))
        var window = ForwardWindow(back: 50, ahead: 50)
        #expect(costs.run(&window, frames: 900) == Array(0..<900))
        // From another score frame.
        let later = MatrixCosts(scoreCount: 1000) { distance(Double($0 + 600), Double($1)) }
        #expect(later.run(&path, frames: 300, from: 600) == Array(600..<900))
        #expect(later.run(&window, frames: 300, from: 600) == Array(600..<900))
    }

    @Test(arguments: [0.5, 0.8, 1.25, 1.9]) func otherTemposAreFollowed(pace: Double) {
        let costs = MatrixCosts(scoreCount: 4000) { distance(pace * Double($0), Double($1)) }
        var path = ForwardPath(width: 200)
        var window = ForwardWindow(back: 100, ahead: 100)
        for positions in [costs.run(&path, frames: 1500), costs.run(&window, frames: 1500)] {
            for (live, score) in positions.enumerated().dropFirst(400) {
                #expect(abs(Double(score) - pace * Double(live)) <= 3)
            }
        }
    }

    @Test func runsOfOneSequenceAreLimited() {
        // The players stand still: nothing but score frame 0 fits.
        let costs = MatrixCosts(scoreCount: 10_000) { _, score in score == 0 ? 0 : 1 }
        var path = ForwardPath(width: 200)
        path.begin(at: 0)
        var before = 0
        var alone = 0
        var longest = 0
        for live in 0..<1000 {
            costs.live = live
            _ = path.advance(costs)
            alone = path.score == before ? alone + 1 : 0
            longest = max(longest, alone)
            before = path.score
        }
        // The fourth live frame comes with a step of the score.
        #expect(longest == ForwardPath.longestRun)
    }

    @Test func theEstimateAdvancesInSmallSteps() {
        var random = SplitMix64(seed: 7)
        let noise = (0..<5000).map { _ in Float.random(in: 0...1, using: &random) }
        let costs = MatrixCosts(scoreCount: 2000) { noise[($0 * 37 + $1 * 101) % 5000] }
        var window = ForwardWindow(back: 40, ahead: 60)
        let positions = costs.run(&window, frames: 500)
        for (earlier, later) in zip(positions, positions.dropFirst()) {
            let step = later - earlier
            #expect(step >= 0 && step <= ForwardWindow.longestStep)
        }
        let last = positions.last ?? 0
        #expect(costs.known <= last + 61)
    }

    @Test func pathsStopAtTheEndOfTheScore() {
        let costs = MatrixCosts(scoreCount: 50) { distance(Double($0), Double($1)) }
        var path = ForwardPath(width: 20)
        var window = ForwardWindow(back: 10, ahead: 10)
        #expect(costs.run(&path, frames: 200).last == 49)
        #expect(costs.run(&window, frames: 200).last == 49)
        #expect(costs.known == 50)
        let short = MatrixCosts(scoreCount: 1) { _, _ in 1 }
        #expect(short.run(&path, frames: 3) == [0, 0, 0])
        #expect(short.run(&window, frames: 3) == [0, 0, 0])
    }
}
