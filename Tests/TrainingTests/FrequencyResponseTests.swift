import Basics
import Foundation
import Networks
import Testing

@testable import Training

/// Random frequency responses, and their effect on a network.
struct FrequencyResponseTests {
    static func draw(_ deviation: Double, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        var factors = [Float](repeating: 0, count: 324)
        factors.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            FrequencyResponse.draw(bands: 324, perOctave: 36, deviation: deviation, &random, into: base)
        }
        return factors
    }

    @Test func zeroDeviationGivesOnes() {
        #expect(Self.draw(0, seed: 3) == [Float](repeating: 1, count: 324))
    }

    @Test func gainsAreSmoothAndHaveTheGivenDeviation() {
        // At the knots, every sixth band, gains are normal with a standard deviation uniform in 0...6: a mean square
        // of 12.
        var (square, sum) = (0.0, 0.0)
        var count = 0.0
        for seed in 0..<400 {
            let gains = Self.draw(6, seed: UInt64(seed)).map { 10 * log10(Double($0)) }
            for band in stride(from: 0, to: 324, by: 6) {
                square += gains[band] * gains[band]
                sum += gains[band]
                count += 1
            }
            let steps = zip(gains.dropFirst(), gains).map { abs($0 - $1) }
            let span = (gains.max() ?? 0) - (gains.min() ?? 0)
            #expect((steps.max() ?? 0) < 0.45 * span, "factors between two knots are interpolated smoothly")
        }
        #expect(abs(sum / count) < 0.3)
        #expect(abs(square / count - 12) < 1.5)
    }

    /// A band's factor has the same effect as multiplying the power in that band.
    @Test func networkAppliesTheResponse() throws {
        guard case .bank(let bank)? = GridNetworkTests.architecture.layers.first else {
            Issue.record("the network must begin with a filter bank")
            return
        }
        let transform = try BankTransform(bank)
        var random = SplitMix64(seed: 8)
        let samples = (0..<bank.segment).map { _ in 0.1 * random.gaussian() }
        let response = (0..<bank.bands).map { _ in Float(random.uniform(0.1...10)) }
        let count = bank.bands * bank.resolutions.count
        var (plain, through) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        plain.withUnsafeMutableBufferPointer { transform.evaluate(samples, into: $0.baseAddress.unsafelyUnwrapped) }
        through.withUnsafeMutableBufferPointer {
            transform.evaluate(samples, through: response, into: $0.baseAddress.unsafelyUnwrapped)
        }
        for index in 0..<count {
            let power = expm1(Double(plain[index]) / bank.scale) * bank.floor * Double(response[index / 2])
            let expected = bank.scale * log1p(power / bank.floor)
            #expect(abs(Double(through[index]) - expected) < 1e-5 * max(1, expected))
        }

        let network = try GridNetworkTests.network()
        let responses = try #require(network.responses)
        network.forward()
        let before = network.outputs.array
        // Only the second excerpt changes.
        for band in 0..<bank.bands { responses.pointer[bank.bands + band] = response[band] }
        network.forward()
        let after = network.outputs.array
        let row = before.count / network.batch
        #expect(before[0..<row] == after[0..<row] && before[(2 * row)...] == after[(2 * row)...])
        #expect(before[row..<2 * row] != after[row..<2 * row])
    }

    /// Responses depend on the seed, the step and the row. Excerpts are the same with and without them.
    @Test func batchesGetReproducibleResponses() throws {
        let folder = try TrainingRunTests.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let info = GridNetworkTests.info
        let set = try TrainingSet(folder: folder, info: info)
        let network = try GridNetworkTests.network()
        func fill(_ deviation: Double, step: Int) throws -> (samples: [Float], responses: [Float]) {
            var augmentation = Augmentation()
            augmentation.response = deviation
            let sampler = ExcerptSampler(
                pool: set.pool, augmentation: augmentation, layout: network.layout, info: info, onsetWidth: 2, seed: 4,
                noise: NoiseTable(seed: 4))
            sampler.fill(network, targets: FloatBuffer(count: network.outputs.count)) { (step, $0) }
            return (network.samples.array, try #require(network.responses).array)
        }
        let plain = try fill(0, step: 7)
        #expect(plain.responses.allSatisfy { $0 == 1 })
        let coloured = try fill(6, step: 7)
        #expect(coloured.samples == plain.samples)
        #expect(Set(coloured.responses).count > 100)
        let (again, other) = (try fill(6, step: 7), try fill(6, step: 8))
        #expect(again.responses == coloured.responses && other.responses != coloured.responses)
    }
}
