import Foundation
import SVGReading
import Testing

@testable import Figures
@testable import ModelFigures

@Suite struct FilterTests {
    private static let rate = 8000.0

    /// The spectrum by the definition of the discrete Fourier transform.
    private static func spectrum(_ weights: [Float]) -> MagnitudeSpectrum {
        let size = MagnitudeSpectrum.paddedSize(for: weights.count)
        let bins = (0...size / 2).flatMap { bin in
            let angle = -2 * Double.pi * Double(bin) / Double(size)
            var (real, imaginary) = (0.0, 0.0)
            for (index, weight) in weights.enumerated() {
                real += Double(weight) * cos(angle * Double(index))
                imaginary += Double(weight) * sin(angle * Double(index))
            }
            return [Float(real), Float(imaginary)]
        }
        return MagnitudeSpectrum(interleaved: bins, size: size, sampleRate: rate)
    }

    private static func sinusoid(_ frequency: Double, width: Int = 200, index: Int = 0, gain: Double = 1)
        -> LearnedFilter
    {
        let weights = (0..<width).map { place in
            let window = sin(Double.pi * (Double(place) + 0.5) / Double(width))
            return Float(gain * window * sin(2 * Double.pi * frequency * Double(place) / rate))
        }
        return LearnedFilter(index: index, weights: weights, spectrum: spectrum(weights))
    }

    @Test(arguments: [440.0, 123.4, 1000, 2799.9, 3900])
    func dominantFrequencyOfASinusoid(_ frequency: Double) throws {
        let found = try #require(Self.sinusoid(frequency).spectrum.dominantFrequency)
        #expect(abs(found - frequency) < 2, "\(found)")
    }

    @Test func silentFiltersHaveNoDominantFrequency() {
        #expect(Self.spectrum([Float](repeating: 0, count: 16)).dominantFrequency == nil)
        #expect(Self.spectrum([1, .nan, 1, 1]).dominantFrequency == nil)
        #expect(Self.spectrum([Float](repeating: 1, count: 16)).dominantFrequency == 0)
        #expect(MagnitudeSpectrum(interleaved: [Float](), size: 0, sampleRate: 1).dominantFrequency == nil)
    }

    @Test func selectionsOrderFilters() {
        let filters = (0..<20).map {
            Self.sinusoid(Double(3000 - 100 * $0), width: 64, index: $0, gain: $0 == 7 ? 9 : 1 + Double($0) / 100)
        }
        let sorted = FilterSelection.sorted.choose(5, from: filters)
        #expect(sorted.map(\.index) == [17, 13, 9, 5, 1])
        #expect(FilterSelection.strongest.choose(2, from: filters).map(\.index).first == 7)
        let random = FilterSelection.random.choose(6, from: filters, seed: 3)
        #expect(random == FilterSelection.random.choose(6, from: filters, seed: 3))
        #expect(random.map(\.index) != FilterSelection.random.choose(6, from: filters, seed: 4).map(\.index))
        for selection in FilterSelection.allCases {
            #expect(Set(selection.choose(100, from: filters).map(\.index)) == Set(0..<20))
            #expect(selection.choose(0, from: filters).isEmpty && selection.choose(3, from: []).isEmpty)
        }
    }

    @Test func figureHasThreeColumnsAndOneRowPerFilter() throws {
        let silent = LearnedFilter(
            index: 9, weights: [Float](repeating: 0, count: 200), spectrum: Self.spectrum([0, 0]))
        let figure = try FilterFigure.figure(
            [Self.sinusoid(440, index: 4), silent], model: "A & B", sampleRate: Self.rate)
        let tree = try #require(SVGTree(try figure.document()))
        #expect(tree.withClass("panel").count == 6)
        for text in ["4", "440 Hz", "9", "silent", "Weights", "Centre, magnified", "Spectrum", "frequency (kHz)"] {
            #expect(tree.texts.contains(text), "\(text)")
        }
        #expect(throws: FiguresError.self) { try FilterFigure.figure([], model: "", sampleRate: 1) }
    }

    @Test(arguments: [1, 2, 3, 16, 2048, 16384])
    func anyWidthIsDrawn(_ width: Int) throws {
        let weights = (0..<width).map { Float($0 % 7) - 3 }
        let filter = LearnedFilter(index: 0, weights: weights, spectrum: Self.spectrum([1, -1]))
        #expect(SVGTree(try FilterFigure.figure([filter], model: "m", sampleRate: 44_100).document()) != nil)
    }
}
