import Basics
import Foundation
import Music
import Networks
import Testing

@testable import Transcription

/// The estimate of the players' tuning, on synthetic tones.
@Suite struct TuningEstimatorTests {
    /// Notes of 0.4 s, with decaying harmonics.
    ///
    /// - Parameters:
    ///   - stretch: the inharmonicity coefficient: partial n is sqrt(1 + stretch n^2) times too sharp.
    ///   - vibrato: the depth in cents, at 6 Hz.
    private static func melody(
        _ a4: Double, seconds: Double, stretch: Double = 0, vibrato: Double = 0, level: Double = -20
    ) -> [Float] {
        let pitches = [60, 64, 67, 72, 62, 65, 69, 71, 57, 74]
        let count = Int(seconds * 44_100)
        var samples = [Float](repeating: 0, count: count)
        let length = 17_640
        for start in stride(from: 0, to: count, by: length) {
            let pitch = pitches[start / length % pitches.count]
            let fundamental = a4 * exp2(Double(pitch - 69) / 12)
            for partial in 1...5 {
                let number = Double(partial)
                let frequency = number * fundamental * (1 + stretch * number * number).squareRoot()
                var phase = 0.0
                for index in start..<min(count, start + length) {
                    let time = Double(index - start) / 44_100
                    samples[index] += Float(sin(phase) / number * exp(-2 * time))
                    let bend = vibrato == 0 ? 1 : exp2(vibrato * sin(2 * .pi * 6 * time) / 1200)
                    phase += 2 * .pi * frequency * bend / 44_100
                }
            }
        }
        return Signals.scaled(samples, to: level)
    }

    private static func estimate(_ samples: [Float]) throws -> TuningEstimate? {
        var listener = try TuningListener()
        var estimate: TuningEstimate?
        for start in stride(from: 0, to: samples.count - 511, by: 512) {
            estimate = listener.process(samples.span.extracting(start..<start + 512)).estimate
        }
        return estimate
    }

    @Test(arguments: [428.5, 432, 440, 443, 451]) func detunedTonesAreMeasured(a4: Double) throws {
        let estimate = try #require(try Self.estimate(Self.melody(a4, seconds: 6)))
        #expect(abs(ConcertPitch.cents(estimate.a4 / a4 * 440)) < 4)
        #expect(estimate.confidence > 0.8)
    }

    @Test func aSemitoneCannotBeDistinguished() throws {
        let estimate = try #require(try Self.estimate(Self.melody(415.3, seconds: 5)))
        #expect(abs(estimate.cents) < 4)
    }

    @Test func inharmonicStringsAndVibratoAreCentred() throws {
        let piano = try #require(try Self.estimate(Self.melody(440, seconds: 6, stretch: 4e-4)))
        #expect(abs(piano.cents) < 6)
        let singer = try #require(try Self.estimate(Self.melody(440, seconds: 8, vibrato: 25)))
        #expect(abs(singer.cents) < 10)
    }

    @Test func noiseAndSilenceGiveNoConfidentEstimate() throws {
        let noise = try Self.estimate(Signals.scaled(Signals.pink(6 * 44_100, seed: 3), to: -20))
        #expect(noise?.confidence ?? 0 < 0.3)
        #expect(try Self.estimate([Float](repeating: 0, count: 44_100)) == nil)
    }

    @Test func nonFinitePowersAreIgnored() {
        var estimator = TuningEstimator(binCount: 2049, windowLength: 4096, hop: 512, sampleRate: 44_100)
        for value in [Float.nan, .infinity, -1, 0] {
            estimator.process([Float](repeating: value, count: 2049).span)
            estimator.process([Float](repeating: value, count: 3).span)
        }
        #expect(estimator.estimate?.cents.isFinite ?? true)
    }
}

/// When the tuning in force changes.
@Suite struct TuningSelectorTests {
    private func evidence(_ a4: Double, _ confidence: Double = 1, isAudible: Bool = true) -> TuningSelector.Evidence {
        let cents = ConcertPitch.reduced(ConcertPitch.cents(a4))
        return .init(TuningEstimate(cents: cents, confidence: confidence), isAudible: isAudible)
    }

    /// The tuning in force after `seconds` of the same evidence.
    private func hold(
        _ selector: inout TuningSelector, _ evidence: TuningSelector.Evidence, seconds: Double
    ) -> Double {
        for _ in 0..<Int(seconds * 86) { _ = selector.step(evidence) }
        return selector.a4
    }

    @Test(arguments: [435.0, 440, 442, 443, 445]) func usualTuningsChangeNothing(a4: Double) {
        var selector = TuningSelector()
        #expect(hold(&selector, evidence(a4), seconds: 60) == 440)
    }

    @Test(arguments: [426.0, 428, 430, 432, 449, 451]) func othersAreTakenOver(a4: Double) {
        var selector = TuningSelector()
        #expect(hold(&selector, evidence(a4), seconds: 1) == 440)
        #expect(abs(hold(&selector, evidence(a4), seconds: 1) - a4) < 0.01)
    }

    @Test func doubtAndSilenceChangeNothing() {
        var selector = TuningSelector()
        #expect(hold(&selector, evidence(430, 0.5), seconds: 20) == 440)
        #expect(hold(&selector, evidence(430, isAudible: false), seconds: 20) == 440)
        #expect(hold(&selector, .init(nil, isAudible: true), seconds: 5) == 440)
    }

    @Test func wanderingEstimatesChangeNothing() {
        var selector = TuningSelector()
        for hop in 0..<2000 { _ = selector.step(evidence(ConcertPitch.a4(cents: hop / 60 % 2 == 0 ? 28 : 44))) }
        #expect(selector.a4 == 440)
    }

    @Test func laterChangesAreRare() {
        var selector = TuningSelector()
        _ = hold(&selector, evidence(430), seconds: 3)
        #expect(abs(hold(&selector, evidence(432.5), seconds: 60) - 430) < 0.01)
        #expect(abs(hold(&selector, evidence(436), seconds: 5) - 430) < 0.01)
        #expect(abs(hold(&selector, evidence(436), seconds: 10) - 436) < 0.01)
    }

    /// Alone, 452 Hz is taken for the tuning a semitone below; a score shows which it is.
    @Test func aScoreDecidesTheSemitone() {
        var selector = TuningSelector()
        #expect(abs(hold(&selector, evidence(452.4), seconds: 5) - 427) < 0.2)
        #expect(selector.neighbour(-1) == nil)
        #expect(abs((selector.shift(bySemitones: 1) ?? 0) - 452.4) < 0.2)
        #expect(selector.isSemitoneKnown)
        #expect(abs(hold(&selector, evidence(462), seconds: 20) - 462) < 0.2)
    }

    @Test func aBaroqueTuningIsReachedFromTheStandard() {
        var selector = TuningSelector()
        #expect(abs((selector.shift(bySemitones: -1) ?? 0) - 415.3) < 0.1)
        #expect(selector.shift(bySemitones: 0) == nil)
        #expect(abs(hold(&selector, evidence(415), seconds: 30) - 415.3) < 0.1)
    }

    @Test func aSetTuningStays() {
        var selector = TuningSelector(a4: 415)
        #expect(hold(&selector, evidence(430), seconds: 60) == 415)
        #expect(selector.shift(bySemitones: 1) == nil)
        selector.set(nil)
        #expect(abs(hold(&selector, evidence(430), seconds: 5) - 430) < 0.01)
        #expect(TuningSelector(a4: 300).a4 == 415)
    }
}

@Suite struct TunedTranscriberTests {
    @Test func modelsWithLearnedFiltersStayAtTheStandard() throws {
        let model = try TinyModel.make()
        #expect(throws: ModelError.self) { try TranscriberTuning(model.info, a4: 415) }
        #expect(throws: ModelError.self) {
            _ = try RecordingTranscriber(model: model, tuning: TuningSelector(a4: 415))
        }
    }

    /// An automatic run of a model that cannot be tuned transcribes at 440 Hz.
    @Test func automaticTuningNeedsNoTunableModel() throws {
        var recording = try RecordingTranscriber(model: TinyModel.make(), tuning: TuningSelector())
        recording.process([Float](repeating: 0.1, count: 20_000).span) { _, _, _ in }
        _ = recording.finish { _, _, _ in }
        #expect(recording.a4 == 440)
    }

    @Test func velocitiesFollowTheTuning() {
        func velocity(_ a4: Double) -> Int {
            var estimator = VelocityEstimator(
                binCount: 2049, windowLength: 4096, hop: 512, sampleRate: 44_100, delay: 0)
            estimator.tune(to: a4)
            var power = [Float](repeating: 1e-9, count: 2049)
            // A5 of an instrument at 415 Hz, and its second partial.
            for partial in [1.0, 2.0] { power[Int((830 * partial * 4096 / 44_100).rounded())] = 1e-3 }
            estimator.process(power.span)
            return estimator.velocity(of: 81)
        }
        #expect(velocity(415) > velocity(440) + 20)
    }
}
