import Basics
import Foundation
import Music
import Networks
import Testing

@testable import Transcription

/// A small network with random weights, or with an output that does not depend on the input.
enum TinyModel {
    static let window = 2048
    static let hop = 256

    static func make(
        seed: UInt64 = 1, scale: Float = 1, bias: Float = 0, heads: [Head] = [.sounding], labelOffset: Int = 1024,
        notes: ClosedRange<Int> = 21...108, thresholds: NoteThresholds = NoteThresholds(),
        conditioning: LevelConditioning? = LevelConditioning()
    ) throws -> Model {
        let architecture = Architecture(
            conditioning: conditioning,
            layers: [
                .convolution(filters: 6, width: 64, stride: 32), .logReLU, .averagePool(width: 4, step: 2),
                .linear(outputs: 128 * heads.count, bias: true), .logistic,
            ], heads: heads)
        let info = ModelInfo(
            name: "tiny", architecture: architecture, window: window, hop: hop, labelOffset: labelOffset, notes: notes,
            thresholds: thresholds)
        var generator = SplitMix64(seed: seed)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in try architecture.tensorShapes(window: window) {
            let isBias = name.hasSuffix("bias")
            let count = shape.reduce(1, *)
            let values = (0..<count).map { _ in
                isBias ? bias : scale * Float.random(in: -1...1, using: &generator)
            }
            tensors[name] = Tensor(shape: shape, values: values)
        }
        return try Model(info: info, tensors: tensors)
    }

    /// A model for which every note is always sounding.
    static func certain(heads: [Head] = [.sounding], labelOffset: Int = 1024) throws -> Model {
        try make(scale: 0, bias: 5, heads: heads, labelOffset: labelOffset)
    }
}

extension Transcriber {
    /// Processes all complete hops and returns all events.
    func run(_ samples: [Float]) -> [NoteEvent] {
        var all: [NoteEvent] = []
        for start in stride(from: 0, to: samples.count - info.hop + 1, by: info.hop) {
            process(samples.span.extracting(start..<start + info.hop))
            all += events
        }
        return all
    }
}

@Suite struct TranscriberTests {
    static let chord = Signals.scaled(Signals.chord([60, 64, 67], seconds: 1), to: -20)

    @Test func noiseGivesNoNotes() throws {
        let transcriber = try Transcriber(model: TinyModel.certain(heads: [.sounding, .onset]))
        let noise = Signals.scaled(Signals.pink(44100, seed: 2), to: -30)
        #expect(transcriber.run(Signals.silence(0.3) + noise + Signals.silence(0.3)).isEmpty)
        #expect(transcriber.soundingNotes.isEmpty)
    }

    @Test func everyNoteEnds() throws {
        let transcriber = try Transcriber(model: TinyModel.certain())
        var events = transcriber.run(Signals.silence(0.3) + Self.chord)
        #expect(events.count == 88)
        #expect(transcriber.soundingNotes.map(\.pitch) == Array(21...108))
        let ends = transcriber.releaseAll()
        events += ends
        #expect(ends.allSatisfy { $0.sample == transcriber.labelSample })
        #expect(transcriber.soundingNotes.isEmpty && transcriber.releaseAll().isEmpty)
        expectValid(events, hop: Int64(TinyModel.hop))
    }

    @Test func randomModelsGiveValidEvents() throws {
        for seed in 1...4 {
            let thresholds = NoteThresholds(on: 0.55, off: 0.5, onset: 0.5)
            let model = try TinyModel.make(
                seed: UInt64(seed), scale: 0.6, heads: seed % 2 == 0 ? [.onset, .sounding] : [.sounding],
                thresholds: thresholds)
            let transcriber = try Transcriber(model: model)
            var events = transcriber.run(Self.chord + Signals.silence(0.2) + Self.chord)
            events += transcriber.releaseAll()
            #expect(!events.isEmpty, "seed \(seed)")
            #expect(events.allSatisfy { $0.sample >= 0 })
            expectValid(events, hop: Int64(TinyModel.hop))
        }
    }

    @Test func labelSamplesLagByTheLookahead() throws {
        let transcriber = try Transcriber(model: TinyModel.make(labelOffset: 1500))
        let hop = [Float](repeating: 0, count: TinyModel.hop)
        #expect(transcriber.labelSample == -548)
        transcriber.process(hop.span)
        #expect(transcriber.labelSample == 256 - 548)
        for _ in 0..<9 { transcriber.process(hop.span) }
        #expect(transcriber.labelSample == 2560 - 548)
        transcriber.reset()
        #expect(transcriber.labelSample == -548)
    }

    @Test func epochsAreIndependent() throws {
        let model = try TinyModel.make(scale: 0.6, thresholds: NoteThresholds(on: 0.55, off: 0.5))
        let transcriber = try Transcriber(model: model)
        let first = transcriber.run(Self.chord) + transcriber.releaseAll()
        transcriber.reset()
        _ = transcriber.run(Signals.scaled(Signals.tone(300, seconds: 0.5), to: -3))
        transcriber.reset()
        #expect(transcriber.soundingNotes.isEmpty)
        #expect(transcriber.run(Self.chord) + transcriber.releaseAll() == first)
    }

    @Test func hopsOfAnotherSizeAreIgnored() throws {
        let transcriber = try Transcriber(model: TinyModel.certain())
        let samples = [Float](repeating: 0.1, count: 100)
        transcriber.process(samples.span)
        #expect(transcriber.labelSample == -1024)
        #expect(transcriber.level == HopLevel())
    }

    @Test func nonFiniteSamplesAreHarmless() throws {
        let transcriber = try Transcriber(model: TinyModel.make(heads: [.sounding, .onset]))
        let hops: [[Float]] = [.nan, .infinity, -.infinity, 1e30, 0].map {
            [Float](repeating: $0, count: TinyModel.hop)
        }
        for _ in 0..<10 {
            for hop in hops { transcriber.process(hop.span) }
        }
        transcriber.withSounding { row in
            for pitch in row.indices { #expect((0...1).contains(row[pitch])) }
        }
        #expect(transcriber.level.rmsDBFS.isFinite && transcriber.level.peakDBFS.isFinite)
    }

    @Test func levelIsThatOfLastHop() throws {
        let transcriber = try Transcriber(model: TinyModel.make())
        let square = (0..<TinyModel.hop).map { Float($0 % 2 == 0 ? 0.5 : -0.5) }
        transcriber.process(square.span)
        #expect(abs(transcriber.level.rmsDBFS + 6.02) < 0.01 && abs(transcriber.level.peakDBFS + 6.02) < 0.01)
        transcriber.process([Float](repeating: 0, count: TinyModel.hop).span)
        #expect(transcriber.level == HopLevel(rmsDBFS: -120, peakDBFS: -120))
    }

    @Test func posteriorsAreRawOrClipped() throws {
        let transcriber = try Transcriber(model: TinyModel.certain())
        transcriber.process([Float](repeating: 0.1, count: TinyModel.hop).span)
        transcriber.withSounding { row in
            #expect(row.count == 128 && row[60] > 0.99 && row[60] <= 1 && row[20] == 0)
        }
        transcriber.withPosteriors { row in #expect(row.count == 128 && row[60] > 0.99 && row[109] == 0) }
        let hasOnsets = transcriber.withOnsets { $0 != nil }
        #expect(!hasOnsets)
    }

    @Test func modelWithoutSoundingHeadIsRejected() throws {
        let model = try TinyModel.make(heads: [.onset])
        let error = #expect(throws: ModelError.self) { try Transcriber(model: model) }
        #expect(error?.description.contains("sounding") == true)
    }

    @Test func thresholdsCanChangeMidStream() throws {
        let transcriber = try Transcriber(model: TinyModel.certain())
        transcriber.thresholds.gateDBFS = 0
        #expect(transcriber.run(Self.chord).isEmpty)
        transcriber.thresholds = NoteThresholds(on: 0.9, off: 0.5)
        #expect(transcriber.run(Self.chord).count == 88)
        transcriber.thresholds.off = 1
        transcriber.thresholds.on = 1
        #expect(transcriber.run(Self.chord).count == 88)
        #expect(transcriber.soundingNotes.isEmpty)
    }
}

@Suite struct VelocityTests {
    @Test func louderNotesHaveHigherVelocity() throws {
        let transcriber = try Transcriber(model: TinyModel.certain(labelOffset: 0))
        var velocities: [Int] = []
        for level in [-15.0, -27, -40] {
            let tone = Signals.scaled(Signals.tone(440, seconds: 0.4), to: level)
            let events = transcriber.run(tone + Signals.silence(0.4))
            for case .on(let note) in events where note.pitch == 69 { velocities.append(note.velocity) }
        }
        #expect(velocities.count == 3)
        // 74 for the loudest pitch at middle C, about 3 more at A4; 0.76 per decibel.
        #expect((74...80).contains(velocities[0]), "\(velocities)")
        #expect((64...71).contains(velocities[1]), "\(velocities)")
        #expect((54...61).contains(velocities[2]), "\(velocities)")
    }
}
