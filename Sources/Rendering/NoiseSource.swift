import Foundation
import Synthesis

/// Background noise with a mean power of 1.
struct NoiseSource {
    private let kind: RenderRecipe.Noise.Kind
    // Three poles of a filter that falls by 3 dB per octave (Paul Kellet's economy method).
    private var pink = (0.0, 0.0, 0.0)
    private var phase = 0.0
    private let step: Double
    private let gain: Double

    init(_ kind: RenderRecipe.Noise.Kind, random: inout RenderRandom) {
        self.kind = kind
        // The mains frequency of Europe or America.
        step = (random.chance(0.5) ? 50.0 : 60.0) / Double(Synthesizer.rate)
        gain =
            switch kind {
            case .white: 1
            case .pink: 0.335
            case .hum: 1.28
            }
    }

    mutating func next(_ random: inout RenderRandom) -> Double {
        switch kind {
        case .white: return random.normal()
        case .pink:
            let white = random.normal()
            pink.0 = 0.99765 * pink.0 + white * 0.0990460
            pink.1 = 0.96300 * pink.1 + white * 0.2965164
            pink.2 = 0.57000 * pink.2 + white * 1.0526913
            return gain * (pink.0 + pink.1 + pink.2 + white * 0.1848)
        case .hum:
            phase += step
            if phase >= 1 { phase -= 1 }
            let angle = 2 * Double.pi * phase
            return gain * (sin(angle) + 0.4 * sin(2 * angle) + 0.25 * sin(3 * angle) + 0.1 * sin(5 * angle))
        }
    }
}
