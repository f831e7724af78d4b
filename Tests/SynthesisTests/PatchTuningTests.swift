import Foundation
import Testing

@testable import Synthesis

struct PatchTuningTests {
    static func tone(_ frequency: Double, partials: [Double]) -> [Float] {
        (0..<17_640).map { index in
            let time = Double(index) / 44_100
            return Float(
                partials.enumerated().reduce(0.0) { $0 + $1.1 * sin(2 * .pi * frequency * Double($1.0 + 1) * time) })
        }
    }

    @Test(arguments: [130.8, 261.6, 523.3])
    func detectsOctaves(frequency: Double) {
        let bright = [1.0, 0.5, 0.3, 0.2, 0.1]
        // A clarinet has odd harmonics, a nasal tone almost no fundamental, a flute little else.
        for partials in [bright, [1, 0, 0.5, 0, 0.3], [0.1, 1, 0.5, 0.3], [1, 0.02]] {
            #expect(PatchTuning.octaves(Self.tone(frequency, partials: partials), frequency: frequency) == 0)
            let sharp = Self.tone(1.008 * frequency, partials: partials)
            #expect(PatchTuning.octaves(sharp, frequency: frequency) == 0)
        }
        #expect(PatchTuning.octaves(Self.tone(2 * frequency, partials: bright), frequency: frequency) == 1)
        #expect(PatchTuning.octaves(Self.tone(frequency / 2, partials: bright), frequency: frequency) == -1)
        #expect(PatchTuning.octaves([Float](repeating: 0, count: 1000), frequency: frequency) == nil)
    }

    @Test(arguments: [0, 40, 71])
    func timGMIsInTune(program: Int) throws {
        let path = try #require(SoundFontLibrary().path(of: "TimGM6mb.sf2"))
        #expect(PatchTuning.octaves(try Synthesizer(soundFont: path), program: program) == 0)
    }
}
