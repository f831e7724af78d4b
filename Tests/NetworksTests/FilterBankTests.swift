import Foundation
import Testing

@testable import Networks

/// Compares the bank with its definition: windows times exponentials, summed over samples in double precision.
struct FilterBankTests {
    /// Spectra are cut off 60 dB below their peak.
    static let tolerance = 4e-3

    static func bank(centre: Int) -> FilterBank {
        FilterBank(
            bands: 60, bandsPerOctave: 12, lowestHz: 110, segment: 4096, centre: centre,
            resolutions: [.init(periods: 20, shortest: 512, longest: 4096)])
    }

    /// The power of band `band`, by definition.
    static func power(_ samples: [Float], _ bank: FilterBank, band: Int) -> Double {
        let frequency = bank.frequency(band)
        let width = bank.resolutions[0].width(at: frequency)
        let centre = Double(min(bank.centre, bank.segment - width / 2))
        var (real, imaginary) = (0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let place = (Double(index) - centre) / Double(width)
            guard abs(place) < 0.5 else { continue }
            let window = 0.5 + 0.5 * cos(2 * .pi * place)
            let angle = 2 * .pi * frequency * (Double(index) - centre)
            real += window * Double(sample) * cos(angle)
            imaginary += window * Double(sample) * sin(angle)
        }
        let scale = 4 / Double(width)
        return scale * scale * (real * real + imaginary * imaginary)
    }

    @Test(arguments: [2048, 3700])
    func matchesDefinition(centre: Int) throws {
        let bank = Self.bank(centre: centre)
        let transform = try BankTransform(bank)
        let samples = (0..<bank.segment).map { index -> Float in
            let time = Double(index) / 44_100
            return Float(0.1 * sin(2 * .pi * 440 * time + 1) + 0.05 * sin(2 * .pi * 1244.5 * time) * exp(-20 * time))
        }
        var bands = [Float](repeating: 0, count: bank.bands)
        transform.evaluate(samples, into: &bands)
        for band in 0..<bank.bands {
            // Undo the compression to compare magnitudes.
            let measured = ((exp(Double(bands[band]) / bank.scale) - 1) * bank.floor).squareRoot()
            let expected = Self.power(samples, bank, band: band).squareRoot()
            #expect(abs(measured - expected) < Self.tolerance * 0.1, "band \(band): \(measured), not \(expected)")
        }
    }

    @Test func sinePowerIsAmplitudeSquared() throws {
        let bank = Self.bank(centre: 2048)
        let transform = try BankTransform(bank)
        let samples = (0..<bank.segment).map { Float(0.25 * sin(2 * .pi * 440 * Double($0) / 44_100)) }
        var bands = [Float](repeating: 0, count: bank.bands)
        transform.evaluate(samples, into: &bands)
        let magnitude = ((exp(Double(bands[24]) / bank.scale) - 1) * bank.floor).squareRoot()
        #expect(abs(magnitude - 0.25) < 0.002)
        #expect(bands.firstIndex(of: bands.max() ?? 0) == 24)
    }

    @Test func silenceGivesZero() throws {
        let bank = Self.bank(centre: 2048)
        var bands = [Float](repeating: 1, count: bank.bands)
        try BankTransform(bank).evaluate([Float](repeating: 0, count: bank.segment), into: &bands)
        #expect(bands.allSatisfy { $0 == 0 })
    }

    @Test func invalidBanksAreRejected() {
        var banks = [FilterBank](repeating: Self.bank(centre: 2048), count: 7)
        banks[0].bands = 400  // beyond half the sample rate
        banks[1].centre = 5000
        banks[2].resolutions = []
        banks[3].resolutions[0].shortest = 8192
        banks[4].floor = 0
        banks[5].stride = 0
        banks[6].lowestHz = .nan
        for bank in banks { #expect(Layer.bank(bank).output(for: LayerShape(positions: 16384, channels: 1)) == nil) }
        #expect(Layer.bank(Self.bank(centre: 2048)).output(for: LayerShape(positions: 4095, channels: 1)) == nil)
    }

    @Test func architecturesSurviveJSONRoundTrip() throws {
        for centre in [2048, 3700] {
            let architecture = StreamingNetworkTests.grid(centre: centre)
            let data = try JSONEncoder().encode(architecture)
            #expect(try JSONDecoder().decode(Architecture.self, from: data) == architecture)
        }
    }
}
