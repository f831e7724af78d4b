import Foundation
import Networks
import Testing

@testable import Training

/// Recipe files: inheritance, validation, and whether the repository's recipes can be trained.
struct RecipeTests {
    /// Writes files into a new folder and returns its path.
    static func folder(_ files: [String: String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noted-recipes-\(UUID())").path
        for (name, text) in files {
            let path = URL(fileURLWithPath: folder + "/" + name)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
        }
        return folder
    }

    static let whole = """
        {"name": "whole", "loss": "square", "batch": 4, "steps": 9, "window": 2048, "label_offset": 1024,
         "optimizer": {"kind": "sgd", "rate": 2, "schedule": "halving", "halvings": [3]},
         "architecture": {"normalizes_window": true, "heads": ["sounding"], "layers": [
           {"layer": "convolution", "filters": 4, "width": 2048, "stride": 1}, {"layer": "log_relu"},
           {"layer": "linear", "outputs": 128}]}}
        """

    @Test func keysOverrideThoseOfBases() throws {
        let folder = try Self.folder([
            "whole.json": Self.whole,
            "sub/rate.json": #"{"comment": "for people", "optimizer": {"rate": 5}, "steps": 20}"#,
            "sub/child.json": #"{"base": ["../whole.json", "rate.json"], "name": "child", "seed": 3}"#,
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recipe = try Recipe(contentsOf: folder + "/sub/child.json")
        #expect(recipe.name == "child")
        #expect(recipe.steps == 20)
        #expect(recipe.seed == 3)
        #expect(recipe.optimizer.rate == 5)
        #expect(recipe.optimizer.halvings == [3])
        #expect(recipe.architecture.normalizesWindow)
    }

    @Test(arguments: [
        (#"{"base": "child.json"}"#, "circle"), (#"{"base": 3}"#, "'base' must be"),
        (#"{"base": "none.json"}"#, "none.json"), (#"{"base": "whole.json", "speed": 1}"#, "'speed'"),
        (#"{"base": "whole.json", "fixed_layers": [3]}"#, "layer 3"),
        (#"{"base": "whole.json", "initial_deviation": 0}"#, "initial_deviation"),
        (#"{"base": "whole.json", "subset": {"points": 0}}"#, "subset"),
        (#"{"base": "whole.json", "augmentation": {"response_db": 6}}"#, "'bank'"),
        (#"{"base": "whole.json", "augmentation": {"response_db": -1}}"#, "response_db"),
        (#"{"base": "whole.json", "batch": "many"}"#, "batch"), ("[]", "JSON object"), ("{", "JSON object"),
    ])
    func invalidRecipesNameTheKey(text: String, words: String) throws {
        let folder = try Self.folder(["whole.json": Self.whole, "child.json": text])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            _ = try Recipe(contentsOf: folder + "/child.json")
            Issue.record("accepted")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }

    /// Every recipe of the repository loads and makes a trainable network with the paper's shapes.
    @Test func repositoryRecipesAreTrainable() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Models/recipes")
        var names: [String] = []
        for part in ["paper", "reproduction", "later"] {
            for file in try FileManager.default.contentsOfDirectory(atPath: root.path + "/" + part).sorted()
            where file != "base.json" {
                let recipe = try Recipe(contentsOf: "\(root.path)/\(part)/\(file)")
                let network = try TrainableNetworks.make(
                    recipe.architecture, window: recipe.window, hop: recipe.hop,
                    windowsPerExcerpt: recipe.windowsPerExcerpt, spacing: recipe.spacing, batch: 1,
                    fixed: Set(recipe.fixedLayers), threads: 1)
                #expect(network.layout.outputs == 128, "\(file)")
                #expect(recipe.labelOffset * 2 == recipe.window, "\(file)")
                #expect(recipe.name + ".json" == file)
                #expect(!recipe.representation.isEmpty)
                if part == "paper" { names.append(recipe.representation + " \(recipe.window)") }
            }
        }
        for row in [
            "log-spectrograms 1024", "spectrograms 2048", "log-spectrograms 2048", "log-ReLUgrams 2048",
            "MLP, 500 nodes 2048", "MLP, 2500 nodes 2048", "AvgPool, 2 stride 2148", "log-spectrograms 8192",
            "log-spectrograms 16384", "MLP, 500 nodes 16384", "CNN, 64 stride 16384",
        ] { #expect(names.contains(row), "\(row)") }
    }

    @Test func weightsLoadIntoAnotherNetwork() throws {
        let folder = try Self.folder([
            "whole.json": Self.whole,
            "pooled.json": """
            {"base": "whole.json", "name": "pooled", "window": 2052, "label_offset": 1026, "seed": 9, "architecture": {"layers": [
              {"layer": "convolution", "filters": 4, "width": 2048, "stride": 2}, {"layer": "log_relu"},
              {"layer": "average_pool", "width": 3, "step": 3}, {"layer": "linear", "outputs": 128}]}}
            """,
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try TrainableModel(recipe: try Recipe(contentsOf: folder + "/whole.json"), threads: 1)
        let second = try TrainableModel(recipe: try Recipe(contentsOf: folder + "/pooled.json"), threads: 1)
        let model = try first.model(averaged: false, extra: [:])
        #expect(second.network.parameters[0].weights.array != first.network.parameters[0].weights.array)
        try second.adopt(model)
        for (a, b) in zip(first.network.parameters, second.network.parameters) {
            #expect(a.weights.array == b.weights.array)
        }
        #expect(throws: ModelError.self) { try second.adopt(try Model.random(.paper(stride: 64, filters: 4), seed: 1)) }
    }

    /// With `pairs`, a bank of sinusoids measures a tone's power independently of its phase.
    @Test func sinusoidPairsIgnorePhase() throws {
        let folder = try Self.folder([
            "bank.json": """
            {"name": "bank", "loss": "square", "batch": 1, "steps": 1, "window": 4096, "label_offset": 2048,
             "initialization": "sinusoids", "fixed_layers": [0], "optimizer": {"kind": "sgd", "rate": 1},
             "architecture": {"heads": ["sounding"], "normalizes_window": false, "layers": [
               {"layer": "convolution", "filters": 256, "width": 4096, "stride": 1}, {"layer": "pairs", "by": "power"},
               {"layer": "linear", "outputs": 128}]}}
            """
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trainable = try TrainableModel(recipe: try Recipe(contentsOf: folder + "/bank.json"), threads: 1)
        // Each output is the power of one pair.
        let matrix = trainable.network.parameters[1].weights
        for output in 0..<128 { matrix.pointer[output * 128 + output] = 1 }
        var powers: [[Float]] = []
        for phase in [0.0, 0.9, 2.1] {
            for index in 0..<4096 {
                trainable.network.samples.pointer[index] = Float(sin(2 * .pi * 440 * Double(index) / 44100 + phase))
            }
            trainable.network.forward()
            powers.append(trainable.network.outputs.array)
        }
        let loudest = try #require(powers[0].indices.max { powers[0][$0] < powers[0][$1] })
        // 128 pairs from 30 to 9000 Hz.
        let frequency = 30 * pow(300, Double(loudest) / 127)
        #expect(abs(log2(frequency / 440)) < 0.05)
        for power in powers { #expect(abs(power[loudest] / powers[0][loudest] - 1) < 0.01) }
    }

    @Test func fixedFiltersKeepTheirWeights() throws {
        let folder = try TrainingRunTests.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var recipe = try TrainingRunTests.recipe(steps: 4, optimizer: TrainingRunTests.adamw)
        recipe.fixedLayers = [0]
        let before = try TrainableModel(recipe: recipe, threads: 1).model(averaged: false, extra: [:])
        let (after, _, _) = try TrainingRunTests.run(recipe, folder)
        #expect(after.tensors["layers.0.weight"] == before.tensors["layers.0.weight"])
        #expect(after.tensors["layers.3.weight"] != before.tensors["layers.3.weight"])
    }

    /// A subset always consists of the same number of excerpts, each with the required number of notes.
    @Test func subsetsRepeat() throws {
        let folder = try TrainingRunTests.dataset()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recipe = try TrainingRunTests.recipe(steps: 1, optimizer: TrainingRunTests.adamw)
        let set = try TrainingSet(folder: folder, info: recipe.info)
        let layout = ExcerptLayout(window: 16384, hop: 512, windowsPerExcerpt: 1, spacing: 1, outputs: 256)
        let sampler = ExcerptSampler(
            pool: set.pool, augmentation: Augmentation(), layout: layout, info: recipe.info, onsetWidth: 2,
            seed: 3, noise: NoiseTable(seed: 1, count: 4096), subset: Recipe.Subset(points: 5, labels: 1))
        let samples = FloatBuffer(count: layout.samples)
        let targets = FloatBuffer(count: 256)
        var seen: Set<[Float]> = []
        for step in 0..<20 {
            for row in 0..<4 {
                sampler.draw(step: step, row: row, samples: samples.pointer, targets: targets.pointer)
                #expect((0..<128).filter { targets.pointer[$0] > 0.5 }.count == 1)
                seen.insert(samples.array)
            }
        }
        #expect(seen.count == 5)
    }
}
