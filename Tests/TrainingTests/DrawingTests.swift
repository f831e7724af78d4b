import Basics
import Foundation
import Music
import Networks
import Testing

@testable import Training

/// Excerpts of partly reliable recordings, and how often each recording is drawn.
struct DrawingTests {
    /// 20 s of a ramp, so that a sample's value reveals its position. A note sounds from 4 to 8 s, an uncertain one
    /// from 5 to 6 s.
    static func recording(_ folder: String, reliable: TimeSpans?) throws -> Recording {
        let path = folder + "/ramp.wav"
        try TrainingRunTests.wav((0..<20 * 44100).map { Int16($0 / 44) }).write(to: URL(fileURLWithPath: path))
        return try Recording(
            audio: path, notes: [Note(pitch: 60, start: 4, end: 8)], uncertain: [Note(pitch: 72, start: 5, end: 6)],
            reliable: reliable, conditioning: nil, hop: 512, sampleRate: 44100)
    }

    static func sampler(_ pool: ExcerptPool) throws -> ExcerptSampler {
        let recipe = try TrainingRunTests.recipe(steps: 1, optimizer: TrainingRunTests.adamw)
        return ExcerptSampler(
            pool: pool, augmentation: Augmentation(),
            layout: ExcerptLayout(window: 16384, hop: 512, windowsPerExcerpt: 4, spacing: 8, outputs: 256),
            info: recipe.info, onsetWidth: 2, seed: 5, noise: NoiseTable(seed: 1, count: 4096))
    }

    /// For each window: the time of its label, recovered from the ramp, and its targets.
    static func labels(_ sampler: ExcerptSampler, excerpts: Int) -> [(time: Double, targets: [Float])] {
        let layout = sampler.layout
        let samples = FloatBuffer(count: layout.samples)
        let targets = FloatBuffer(count: 4 * 256)
        var result: [(Double, [Float])] = []
        for step in 0..<excerpts {
            sampler.draw(step: step, row: 0, samples: samples.pointer, targets: targets.pointer)
            for window in 0..<4 {
                let value = samples.pointer[8192 + window * layout.step] * 32768
                result.append((Double(value) * 44 / 44100, Array(targets.array[window * 256..<(window + 1) * 256])))
            }
        }
        return result
    }

    @Test func onlyReliableTimesAreLabelled() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("draw-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spans = TimeSpans([3..<3.1, 4.5..<7, 12..<13])
        let recording = try Self.recording(folder, reliable: spans)
        let labels = Self.labels(try Self.sampler(ExcerptPool([recording])), excerpts: 400)
        var places: [Int: Int] = [:]
        for (time, targets) in labels {
            if targets.allSatisfy({ $0 == ExcerptSampler.unknown }) { continue }
            // Values of the ramp change every millisecond.
            let near = spans.ranges.firstIndex { $0.lowerBound - 0.002 <= time && time < $0.upperBound + 0.002 }
            let place = try #require(near, "label at \(time) s")
            places[place, default: 0] += 1
            #expect(targets[60] == (place == 1 ? 1 : 0))
            let isUncertain = time > 5.01 && time < 5.99
            if isUncertain {
                #expect(targets[72] == ExcerptSampler.unknown && targets[128 + 72] == ExcerptSampler.unknown)
            }
            if !(4.9..<6.1).contains(time) { #expect(targets[72] == 0) }
            #expect(targets[61] == 0)
        }
        // Every excerpt has a label at one drawn sample at least. Samples are equally likely, so longer spans get
        // more.
        #expect(places.values.reduce(0, +) >= 400)
        #expect(places[1, default: 0] > places[2, default: 0] && places[2, default: 0] > places[0, default: 0])
        #expect(places[0, default: 0] > 0)
    }

    @Test func unknownTargetsAreIgnored() {
        for loss in [Loss.logistic, .square] {
            var gradients = [Float](repeating: 9, count: 3)
            let value = loss.evaluate(
                rows: 1, of: 1, columns: 3, outputs: [2, -1, 0.5], targets: [1, ExcerptSampler.unknown, 0],
                weights: [1, 1, 1], gradients: &gradients)
            var alone = [Float](repeating: 9, count: 2)
            let without = loss.evaluate(
                rows: 1, of: 1, columns: 2, outputs: [2, 0.5], targets: [1, 0], weights: [1, 1], gradients: &alone)
            #expect(gradients[1] == 0 && gradients[0] == alone[0] && gradients[2] == alone[1])
            #expect(abs(value - without) < 1e-6 && value > 0)
        }
    }

    @Test func poolsAreDrawnInProportionToTheirShares() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("draw-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recordings = try (0..<5).map { _ in try Self.recording(folder, reliable: nil) }
        let pool = ExcerptPool([
            (ExcerptPool(Array(recordings[..<2]), weights: [3, 1]), 0.75), (ExcerptPool(Array(recordings[2...])), 0.25),
        ])
        var random = SplitMix64(seed: 3)
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<20000 {
            let drawn = pool.draw(&random)
            if let index = recordings.firstIndex(where: { $0 === drawn }) { counts[index] += 1 }
        }
        for (count, share) in zip(counts, [0.5625, 0.1875, 0.0833, 0.0833, 0.0833]) {
            #expect(abs(Double(count) / 20000 - share) < 0.015)
        }
    }
}
