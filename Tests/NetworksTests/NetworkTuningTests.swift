import Foundation
import Testing

@testable import Networks

/// Networks at tunings other than A4 = 440 Hz.
struct NetworkTuningTests {
    private static let architecture = StreamingNetworkTests.grid(centre: 4096)

    private static func model(_ architecture: Architecture = architecture) throws -> Model {
        try Model.random(architecture, seed: 5)
    }

    /// A chord whose frequencies are multiplied by `ratio`.
    private static func chord(_ ratio: Double, count: Int) -> [Float] {
        (0..<count).map { index in
            let time = Double(index) * ratio / 44_100
            return Float(0.2 * (sin(2 * .pi * 440 * time) + sin(2 * .pi * 554.37 * time)))
        }
    }

    private static func posteriors(_ network: StreamingNetwork, _ samples: [Float]) -> [[Float]] {
        let hop = network.info.hop
        return stride(from: 0, to: samples.count - hop + 1, by: hop).map { start in
            var row = [Float](repeating: 0, count: network.outputCount)
            var span = row.mutableSpan
            network.process(samples.span.extracting(start..<start + hop), into: &span)
            return row
        }
    }

    @Test func centreFrequenciesShiftExactly() throws {
        guard case .bank(let bank) = Self.architecture.layers[0],
            case .bank(let tuned) = try Self.model().tuned(by: 415.0 / 440).info.architecture.layers[0]
        else { return }
        for band in 0..<bank.bands {
            let ratio = tuned.frequency(band) / bank.frequency(band)
            #expect(abs(ratio / (415.0 / 440) - 1) < 1e-12)
        }
    }

    /// The filters of a tuning respond to its notes as the model's own filters do to those at 440 Hz.
    @Test(arguments: [415.0, 427, 452, 466]) func tunedFiltersHearTheSameNotes(a4: Double) throws {
        let bank = FilterBank(
            bands: 60, bandsPerOctave: 12, lowestHz: 110, segment: 8192, centre: 4096,
            resolutions: [.init(periods: 20, shortest: 256, longest: 8192)])
        var tuned = bank
        tuned.lowestHz *= a4 / 440
        let samples = Self.chord(1, count: bank.segment)
        let retuned = Self.chord(a4 / 440, count: bank.segment)
        var plain = [Float](repeating: 0, count: bank.bands)
        var shifted = plain
        var mistuned = plain
        try BankTransform(bank).evaluate(samples, into: &plain)
        try BankTransform(tuned).evaluate(retuned, into: &shifted)
        try BankTransform(bank).evaluate(retuned, into: &mistuned)
        // The bands of the two notes, which are far above the floor.
        for band in [24, 28] {
            #expect(abs(plain[band] - shifted[band]) < 0.01)
            #expect(abs(plain[band] - mistuned[band]) > 0.05)
        }
    }

    @Test func standardTuningIsBitIdentical() throws {
        let samples = StreamingNetworkTests.audio(count: 60 * 512)
        let model = try Self.model()
        let untouched = Self.posteriors(try StreamingNetwork(model: model), samples)
        let network = try StreamingNetwork(model: model)
        #expect(network.retune(try NetworkTuning(model.info, ratio: 1)))
        #expect(Self.posteriors(network, samples) == untouched)
    }

    /// A retuned stream, a batch, and an engine that was built with the tuned model agree with whole windows.
    @Test(arguments: [415.0 / 440, 427.0 / 440, 466.0 / 440]) func streamingEqualsWholeWindows(ratio: Double) throws {
        var architecture = Self.architecture
        architecture.conditioning = nil
        let model = try Self.model(architecture)
        let tuned = try model.tuned(by: ratio)
        let hop = model.info.hop
        let samples = StreamingNetworkTests.audio(count: 64 * hop)

        let stream = try StreamingNetwork(model: model)
        #expect(stream.retune(try NetworkTuning(model.info, ratio: ratio)))
        let rows = Self.posteriors(stream, samples)
        #expect(rows == Self.posteriors(try StreamingNetwork(model: tuned), samples))

        let batch = try BatchNetwork(model: model, capacity: 64)
        #expect(batch.retune(try NetworkTuning(model.info, ratio: ratio, copies: BatchNetwork.tuningCopies)))
        var batched = [Float](repeating: 0, count: 64 * batch.outputCount)
        var span = batched.mutableSpan
        batch.process(samples.span, into: &span)

        let whole = try WindowNetwork(model: tuned)
        let retuned = try WindowNetwork(model: model)
        #expect(retuned.retune(try NetworkTuning(model.info, ratio: ratio)))
        let largest = rows.joined().reduce(0) { max($0, abs($1)) }
        for row in stride(from: model.info.window / hop - 1, to: 64, by: 7) {
            let end = (row + 1) * hop
            var expected = [Float](repeating: 0, count: whole.outputCount)
            var output = expected.mutableSpan
            whole.evaluate(samples.span.extracting(end - model.info.window..<end), into: &output)
            var other = expected
            var otherOutput = other.mutableSpan
            retuned.evaluate(samples.span.extracting(end - model.info.window..<end), into: &otherOutput)
            #expect(other == expected)
            for index in expected.indices {
                #expect(abs(rows[row][index] - expected[index]) <= 1e-5 * largest)
                #expect(abs(batched[row * batch.outputCount + index] - expected[index]) <= 1e-5 * largest)
            }
        }
    }

    @Test func learnedFiltersAreRefused() throws {
        let model = try Self.model(.paper(stride: 64, filters: 8))
        #expect(!model.info.isTunable)
        let error = #expect(throws: ModelError.self) { try NetworkTuning(model.info, ratio: 415.0 / 440) }
        #expect("\(try #require(error))".contains("440 Hz only"))
        let other = try Self.model()
        let network = try StreamingNetwork(model: model)
        #expect(!network.retune(try NetworkTuning(other.info, ratio: 0.95)))
    }

    @Test func filtersAboveHalfTheSampleRateAreRefused() throws {
        var architecture = Self.architecture
        guard case .bank(var bank) = architecture.layers[0] else { return }
        bank.lowestHz = 0.49 * 44_100 / exp2(Double(bank.bands - 1) / Double(bank.bandsPerOctave))
        architecture.layers[0] = .bank(bank)
        let model = try Self.model(architecture)
        #expect(throws: ModelError.self) { try NetworkTuning(model.info, ratio: 466.0 / 440) }
    }
}
