import Basics
import Testing

@testable import Alignment

@Suite("Score search")
struct ScoreSearchTests {
    /// Features in which each frame of the score has a random direction, nearly orthogonal to all others. -1 yields a
    /// direction that no frame of the score has.
    private func features(_ frames: [Int]) -> CoarseFeatures {
        let size = CoarseFeatures.dimensions
        var values: [Float] = []
        for (index, frame) in frames.enumerated() {
            var random = SplitMix64(seed: 1, step: frame >= 0 ? frame : 100_000 + index)
            let direction = (0..<size).map { _ in random.gaussian() }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            values += direction.map { $0 / length }
        }
        return CoarseFeatures(
            values: values, count: frames.count, pooling: 8, loudness: [Float](repeating: 0, count: frames.count))
    }

    private func search(_ route: [Int], frames: Int = 120, suggested: [ScoreSearch.Jump] = []) throws -> [Int] {
        let boundaries = Array(stride(from: 0, to: frames, by: 20))
        return try ScoreSearch(
            score: features(Array(0..<frames)), recording: features(route), boundaries: boundaries,
            onsets: Array(stride(from: 0, to: frames, by: 5)), suggested: suggested
        ).run { _ in }.positions
    }

    @Test("follows the score at normal, half and double speed")
    func straight() throws {
        #expect(try search(Array(0..<120)) == Array(0..<120))
        let slow = (0..<240).map { $0 / 2 }
        #expect(try search(slow) == slow)
        let fast = (0..<60).map { 2 * $0 + 1 }
        #expect(try search(fast).suffix(50) == fast.suffix(50))
    }

    @Test("marks foreign frames before and after the music")
    func foreign() throws {
        let foreign = [Int](repeating: -1, count: 30)
        #expect(try search(foreign + Array(0..<120) + foreign) == foreign + Array(0..<120) + foreign)
    }

    @Test("finds forward and backward jumps, at measures and elsewhere")
    func jumps() throws {
        for (from, to) in [(40, 80), (60, 20), (35, 85), (85, 35)] {
            let route = Array(0..<from) + Array(to..<120)
            #expect(try search(route) == route, "\(from) to \(to)")
        }
    }

    @Test("ignores a brief similarity to another passage")
    func noJump() throws {
        var route = Array(0..<120)
        for index in 50..<58 { route[index] = index + 40 }
        #expect(try search(route) == Array(0..<120))
    }

    @Test("suggested repeats need less evidence")
    func suggestion() throws {
        // The last 14 frames again: too short for a jump that is not suggested.
        let route = Array(0..<40) + Array(26..<40) + Array(40..<120)
        let played = Array(0..<40) + Array(20..<40) + Array(40..<120)
        #expect(try search(route).contains { $0 >= 0 })
        let jump = ScoreSearch.Jump(from: 2, to: 1)
        #expect(try search(played, suggested: [jump]) == played)
    }

    @Test("starts and ends in the middle of the score")
    func part() throws {
        let route = Array(80..<200)
        #expect(try search(route, frames: 280) == route)
    }
}
