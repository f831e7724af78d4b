import Foundation
import Sound
import Testing

@testable import Following

@Suite struct SlidingSpectrumTests {
    func sine(_ frequency: Double, samples: Int, amplitude: Float = 0.5) -> [Float] {
        (0..<samples).map { amplitude * Float(sin(2 * Double.pi * frequency * Double($0) / 44_100)) }
    }

    func feed(_ samples: [Float], to spectrum: SlidingSpectrum, hop: Int = SlidingSpectrum.hop) {
        for start in stride(from: 0, to: samples.count, by: hop) {
            spectrum.process(samples.span.extracting(start..<min(samples.count, start + hop)))
        }
    }

    @Test func aSineIsLoudestInItsBand() throws {
        let spectrum = try SlidingSpectrum()
        #expect(spectrum.count == 76)
        feed(sine(1000, samples: 4096), to: spectrum)
        let loudest = spectrum.magnitudes.indices.max { spectrum.magnitudes[$0] < spectrum.magnitudes[$1] }
        // 2048 samples of amplitude 1/2 under a Hann window give 256 in the bin. The band includes neighbouring bins.
        let peak = try #require(spectrum.magnitudes.max())
        #expect(peak > 256 && peak < 700)
        feed(sine(2000, samples: 4096), to: spectrum)
        let octave = spectrum.magnitudes.indices.max { spectrum.magnitudes[$0] < spectrum.magnitudes[$1] }
        let difference = try #require(octave) - (try #require(loudest))
        #expect(difference == 12)
    }

    @Test func framesEndWithTheNewestSample() throws {
        let spectrum = try SlidingSpectrum()
        let samples = (0..<5000).map { Float(sin(0.001 * Double($0 * $0))) }
        // For hops of any size, the last 2048 samples count.
        feed(samples, to: spectrum, hop: 333)
        let whole = spectrum.magnitudes
        spectrum.reset()
        #expect(spectrum.magnitudes.allSatisfy { $0 == 0 })
        feed(Array(samples.suffix(2048)), to: spectrum, hop: 2048)
        for (left, right) in zip(whole, spectrum.magnitudes) { #expect(abs(left - right) < 1e-4 * (1 + right)) }
    }

    @Test func levelIsThatOfTheLastSamples() throws {
        let spectrum = try SlidingSpectrum()
        feed([Float](repeating: 0.5, count: 512), to: spectrum)
        #expect(spectrum.level == 0.5)
        feed([0.25, -0.25], to: spectrum)
        #expect(spectrum.level == 0.25)
        spectrum.append([Float]().span)
        #expect(spectrum.level == 0)
    }

    @Test func nonFiniteSamplesCountAsSilence() throws {
        let spectrum = try SlidingSpectrum()
        feed([.nan, .infinity, -1e30, 1], to: spectrum)
        #expect(spectrum.level == 0.5)
        #expect(spectrum.magnitudes.allSatisfy { $0.isFinite })
    }

    @Test func hopsMayBeLongerThanTheWindow() throws {
        let spectrum = try SlidingSpectrum()
        let samples = sine(440, samples: 10_000)
        feed(samples, to: spectrum, hop: 10_000)
        let whole = spectrum.magnitudes
        spectrum.reset()
        feed(Array(samples.suffix(2048)), to: spectrum)
        for (left, right) in zip(whole, spectrum.magnitudes) { #expect(abs(left - right) < 1e-4 * (1 + right)) }
    }
}
