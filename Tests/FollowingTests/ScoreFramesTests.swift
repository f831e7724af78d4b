import FollowingSounds
import Music
import Scores
import Testing

@testable import Following

@Suite struct ScoreFramesTests {
    func prepare(_ notes: [Note]) throws -> FollowingScore {
        try FollowingScore.prepare(
            Score(MIDIFile(notes: notes), name: "test"), name: "test", sounds: .synthetic, cache: nil)
    }

    func frames(_ frames: inout ScoreFrames, count: Int) -> [[Float]] {
        (0..<count).map { _ in
            var powers = [Float](repeating: -1, count: frames.bands)
            frames.next(into: &powers)
            return powers
        }
    }

    @Test func aNoteMatchesItsTemplate() throws {
        let score = try prepare([Note(pitch: 60, start: 0, end: 1, velocity: 40)])
        let index = try #require(score.templates.index(program: 0, pitch: 60))
        var source = ScoreFrames(score)
        let powers = frames(&source, count: 200)
        #expect(powers[0].allSatisfy { $0 == 0 })
        for age in [1, 5, 80] {
            let expected = score.templates.magnitudes(of: index, age: Float(age))
            // Half the velocity, a quarter of the magnitude.
            for (power, magnitude) in zip(powers[age], expected) {
                #expect(abs(power - magnitude * magnitude / 16) <= 1e-3 * power + 1e-12)
            }
        }
        // It is released after 86 frames, and is soon silent.
        let levels = powers.map { $0.reduce(0, +) }
        #expect(levels[95] < 0.5 * levels[85])
        #expect(levels[180] == 0)
    }

    @Test func framesAfterASeekAreTheSame() throws {
        let notes = (0..<40).map { index in
            Note(pitch: 55 + index * 7 % 20, start: 0.15 * Double(index), end: 0.15 * Double(index) + 0.5)
        }
        let score = try prepare(notes)
        var source = ScoreFrames(score)
        let all = frames(&source, count: source.count)
        for start in [0, 77, 300, source.count - 1] {
            source.seek(start)
            #expect(source.position == start)
            for (powers, expected) in zip(frames(&source, count: source.count - start), all[start...]) {
                for (power, other) in zip(powers, expected) { #expect(abs(power - other) <= 1e-4 * (other + 1e-6)) }
            }
        }
        source.seek(-9)
        #expect(source.position == 0)
        source.seek(.max)
        #expect(source.position == source.count - 1)
    }

    @Test func excessivePolyphonyIsHandled() throws {
        let notes = (0..<128).flatMap { pitch in
            (0..<4).map { Note(pitch: pitch, start: 0.01 * Double($0), end: 5, program: $0) }
        }
        var source = ScoreFrames(try prepare(notes))
        #expect(frames(&source, count: 20).allSatisfy { $0.allSatisfy { $0.isFinite } })
    }
}
