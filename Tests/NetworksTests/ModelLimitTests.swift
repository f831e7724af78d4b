import Networks
import Testing

/// Architectures that a file of a few kilobytes can declare, but that no machine can run.
@Suite("Limits of architectures")
struct ModelLimitTests {
    private static func bank(
        bands: Int = 12, segment: Int = 64, stride: Int = 16, shortest: Int = 16, maps: Int = 1
    ) -> Layer {
        .bank(
            FilterBank(
                bands: bands, bandsPerOctave: 1200, lowestHz: 1000, segment: segment, stride: stride, centre: 0,
                resolutions: (0..<maps).map { _ in .init(periods: 1, shortest: shortest, longest: segment) }))
    }

    private func isRejected(_ layers: [Layer], window: Int) -> Bool {
        let architecture = Architecture(
            conditioning: nil, layers: layers + [.linear(outputs: 128, bias: false)], heads: [.sounding])
        do {
            _ = try architecture.shapes(window: window)
            return false
        } catch {
            return true
        }
    }

    @Test func overflowingHarmonics() {
        let harmonics = Layer.harmonics(shifts: Array(0..<64), bands: 4096)
        #expect(!isRejected([Self.bank(), harmonics], window: 64))
        #expect(isRejected([Self.bank()] + Array(repeating: harmonics, count: 12), window: 64))
    }

    @Test func strides() {
        #expect(!isRejected([.convolution(filters: 1, width: 4, stride: 1 << 22)], window: 64))
        #expect(isRejected([.convolution(filters: 1, width: 4, stride: .max)], window: 64))
        #expect(isRejected([.fourier(width: 4, stride: .max, taper: .hann)], window: 64))
        #expect(isRejected([.averagePool(width: 4, step: .max)], window: 64))
    }

    @Test func hugeActivations() {
        #expect(isRejected([Self.bank(bands: 4096, stride: 1, maps: 8)], window: 1 << 20))
        #expect(isRejected([.fourier(width: 8192, stride: 1, taper: .hann)], window: 1 << 20))
    }

    @Test func hugeFilters() {
        #expect(!isRejected([Self.bank(bands: 324, segment: 8192, shortest: 512)], window: 16_384))
        #expect(isRejected([Self.bank(bands: 4096, segment: 1 << 20, stride: 1 << 20)], window: 1 << 20))
    }

    @Test func hugePadding() {
        let harmonics = Layer.harmonics(shifts: Array(0..<64), bands: 1)
        func grid(_ bands: Int) -> Layer {
            .grid(GridConvolution(maps: 1, time: 1, bands: bands, bandStep: 1024))
        }
        let bank = Self.bank(bands: 1, stride: 1)
        #expect(!isRejected([bank, harmonics, grid(2)], window: 128))
        #expect(isRejected([bank, harmonics, grid(1024)], window: 4096))
    }
}
