import Foundation
import Music
import Networks
import Testing

@testable import Training

/// The training loop: it reduces the loss, resumes exactly, and stops when it diverges.
struct TrainingRunTests {
    /// A folder with two short recordings of sine notes and their labels.
    static func dataset() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noted-set-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for index in 0..<2 {
            var samples = [Int16](repeating: 0, count: 4 * 44100)
            var rows = ["start_time,end_time,instrument,note,start_beat,end_beat,note_value"]
            for (place, pitch) in [57, 64, 69, 76].enumerated() {
                let start = place * 40000 + index * 3000
                let end = min(start + 30000, samples.count)
                let frequency = 440 * pow(2, Double(pitch - 69) / 12)
                for sample in start..<end {
                    samples[sample] = Int16(8000 * sin(2 * .pi * frequency * Double(sample) / 44100))
                }
                rows.append("\(start),\(end),1,\(pitch),0.0,1.0,Quarter")
            }
            try (rows.joined(separator: "\n") + "\n").write(
                toFile: "\(folder)/\(index).csv", atomically: true, encoding: .utf8)
            try wav(samples).write(to: URL(fileURLWithPath: "\(folder)/\(index).wav"))
        }
        return folder
    }

    static func wav(_ samples: [Int16]) -> Data {
        var data = Data("RIFF".utf8)
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        append(UInt32(36 + samples.count * 2))
        data.append(Data("WAVEfmt ".utf8))
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(44100))
        append(UInt32(88200))
        append(UInt16(2))
        append(UInt16(16))
        data.append(Data("data".utf8))
        append(UInt32(samples.count * 2))
        for sample in samples { append(sample) }
        return data
    }

    static func recipe(steps: Int, optimizer: String, loss: String = "logistic", checkpointEvery: Int = 500) throws
        -> Recipe
    {
        let text = """
            {"name": "toy", "architecture": {"conditioning": {"target_rms": 0.1, "smoothing": 0.05, "release": 8, "floor_rms": 0.002},
              "normalizes_window": false, "heads": ["sounding", "onset"], "layers": [
              {"layer": "convolution", "filters": 32, "width": 2048, "stride": 64}, {"layer": "log_relu"},
              {"layer": "average_pool", "width": 16, "step": 8}, {"layer": "linear", "outputs": 256, "bias": true}]},
             "loss": "\(loss)", "optimizer": \(optimizer), "initialization": "sinusoids", "batch": 4,
             "windows_per_excerpt": 5, "steps": \(steps), "averaging": 0.9, "probe_every": 10, "probe_windows": 60, "checkpoint_every": \(checkpointEvery),
             "augmentation": {"semitones": 1, "cents": 10, "gain_db": 3, "mix": 0.2, "noise": 0.5, "silence": 0.1}}
            """
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("recipe-\(UUID()).json").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Recipe(contentsOf: path)
    }

    static let adamw = #"{"kind": "adamw", "rate": 0.005}"#

    static func run(_ recipe: Recipe, _ folder: String, resume: String? = nil, stopAfter: Int? = nil) throws -> (
        Model, [TrainingProgress], String
    ) {
        let set = try TrainingSet(folder: folder, info: recipe.info)
        let checkpoint = folder + "/run.checkpoint"
        let run = try TrainingRun(
            recipe: recipe, dataset: set, probeSet: set, threads: 2, checkpoint: checkpoint, resume: resume)
        var reports: [TrainingProgress] = []
        var asked = 0
        _ = try run.run(
            shouldStop: {
                asked += 1
                return asked == stopAfter
            }, report: { reports.append($0) })
        return (try run.model(), reports, checkpoint)
    }

    @Test func reachesHighPrecision() throws {
        let folder = try Self.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (_, reports, _) = try Self.run(try Self.recipe(steps: 60, optimizer: Self.adamw), folder)
        let probes = reports.compactMap(\.probe)
        #expect((probes.last ?? 0) > 0.6, "\(probes)")
    }

    @Test func resumedRunEqualsUninterruptedOne() throws {
        let folder = try Self.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recipe = try Self.recipe(steps: 12, optimizer: Self.adamw)
        let (whole, _, _) = try Self.run(recipe, folder)
        let (partial, _, checkpoint) = try Self.run(recipe, folder, stopAfter: 5)
        #expect(partial.tensors != whole.tensors)
        let (resumed, _, _) = try Self.run(recipe, folder, resume: checkpoint)
        #expect(resumed.tensors == whole.tensors)
    }

    @Test func checkpointOfAnotherRecipeIsRejected() throws {
        let folder = try Self.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (_, _, checkpoint) = try Self.run(try Self.recipe(steps: 2, optimizer: Self.adamw), folder)
        let other = try Self.recipe(steps: 2, optimizer: #"{"kind": "adamw", "rate": 0.004}"#)
        #expect(throws: TrainingError.self) { try Self.run(other, folder, resume: checkpoint) }
    }

    @Test func divergenceStopsTheRunAndKeepsTheLastCheckpoint() throws {
        let folder = try Self.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Steps 0 to 4 have a tiny rate because of the warm-up. The second run's full rate diverges.
        let optimizer = #"{"kind": "sgd", "rate": 900, "warmup": 100000000}"#
        let calm = try Self.recipe(steps: 5, optimizer: optimizer, loss: "square", checkpointEvery: 1)
        _ = try Self.run(calm, folder)
        let kept = try Data(contentsOf: URL(fileURLWithPath: folder + "/run.checkpoint"))
        let wild = try Self.recipe(
            steps: 200, optimizer: #"{"kind": "sgd", "rate": 900}"#, loss: "square", checkpointEvery: 200)
        #expect(throws: TrainingError.self) { try Self.run(wild, folder) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/run.checkpoint")) == kept)
    }

    @Test func invalidRecipesAreRejected() throws {
        #expect(throws: TrainingError.self) { try Self.recipe(steps: 0, optimizer: Self.adamw) }
        #expect(throws: TrainingError.self) { try Self.recipe(steps: 1, optimizer: #"{"kind": "magic", "rate": 1}"#) }
        #expect(throws: TrainingError.self) { try Self.recipe(steps: 1, optimizer: #"{"kind": "sgd"}"#) }
        #expect(throws: TrainingError.self) { try Recipe(contentsOf: "/nowhere/recipe.json") }
    }

    /// Targets contain exactly the labelled notes.
    @Test func targetsFollowTheLabels() throws {
        let folder = try Self.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recipe = try Self.recipe(steps: 1, optimizer: Self.adamw)
        let set = try TrainingSet(folder: folder, info: recipe.info)
        let layout = ExcerptLayout(window: 16384, hop: 512, windowsPerExcerpt: 5, spacing: 4, outputs: 256)
        let sampler = ExcerptSampler(
            pool: set.pool, augmentation: Augmentation(), layout: layout, info: recipe.info,
            onsetWidth: 2, seed: 3, noise: NoiseTable(seed: 1, count: 4096))
        let samples = FloatBuffer(count: layout.samples)
        let targets = FloatBuffer(count: 5 * 256)
        var sounding: Set<Int> = []
        for row in 0..<200 {
            sampler.draw(step: 0, row: row, samples: samples.pointer, targets: targets.pointer)
            for window in 0..<5 {
                let on = (0..<128).filter { targets.pointer[window * 256 + $0] == 1 }
                #expect(on.count <= 1)
                sounding.formUnion(on)
                for note in 0..<128 where targets.pointer[window * 256 + 128 + note] > 0 {
                    #expect([57, 64, 69, 76].contains(note))
                }
            }
        }
        #expect(sounding == [57, 64, 69, 76])
    }
}
