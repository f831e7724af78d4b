import Foundation
import Testing

@testable import Teaching
@testable import Training

/// Lists of recordings, plans and reports of fine-tuning.
struct FineTuningReportTests {
    static func figures(_ precision: Double, onset: Double = 0.6) -> PassageFigures {
        PassageFigures(seconds: 100, averagePrecision: precision, frameF1: 0.5, onsetF1: onset)
    }

    static func report(_ own: (Double, Double), _ others: (Double, Double), onsets: (Double, Double) = (0.6, 0.6))
        -> FineTuningReport
    {
        FineTuningReport(
            own: .init(before: figures(own.0, onset: onsets.0), after: figures(own.1, onset: onsets.1)),
            others: .init(before: figures(others.0), after: figures(others.1)))
    }

    /// A recipe for a small network of the shipped models' form.
    static func toy(steps: Int) throws -> Recipe {
        let text = """
            {"name": "toy", "architecture": {"normalizes_window": false, "heads": ["sounding", "onset"],
              "conditioning": {"target_rms": 0.1, "smoothing": 0.05, "release": 8, "floor_rms": 0.002}, "layers": [
              {"layer": "convolution", "filters": 32, "width": 2048, "stride": 64}, {"layer": "log_relu"},
              {"layer": "average_pool", "width": 16, "step": 8}, {"layer": "linear", "outputs": 256, "bias": true}]},
             "loss": "logistic", "optimizer": {"kind": "adamw", "rate": 0.005}, "initialization": "sinusoids",
             "batch": 4, "windows_per_excerpt": 5, "steps": \(steps)}
            """
        return try JSONDecoder().decode(Recipe.self, from: Data(text.utf8))
    }

    @Test func reportsWhetherTheModelImproved() {
        let better = Self.report((0.58, 0.66), (0.61, 0.60))
        #expect(better.isBetter)
        #expect(better.sentence == "better: AP 0.580 -> 0.660 on your playing; 0.610 -> 0.600 on other instruments")
        for (report, words) in [
            (Self.report((0.58, 0.582), (0.61, 0.63)), "did not learn enough"),
            (Self.report((0.58, 0.70), (0.61, 0.55)), "forgot"),
            (Self.report((0.58, 0.70), (0.61, 0.61), onsets: (0.6, 0.55)), "fewer onsets (F1 0.600 -> 0.550)"),
            (Self.report((0.58, .nan), (0.61, 0.61)), "no better"),
        ] {
            #expect(!report.isBetter)
            #expect(report.sentence.hasPrefix("no better, keep the base model: "))
            #expect(report.sentence.contains(words))
        }
        #expect(better.table.contains("your playing") && better.table.contains("0.660"))
    }

    @Test func eachScoreIsFollowedByItsRecordings() throws {
        let pairs = try RecordingList.pairs(["a.mid", "x.wav", "y/audio.flac", "b.musicxml", "z.MP3"])
        #expect(pairs.map(\.score) == ["a.mid", "a.mid", "b.musicxml"])
        #expect(pairs.map(\.name) == ["x", "y", "z"])
        for (paths, words) in [
            (["x.wav"], "no score precedes"), (["a.mid"], "not followed by a recording"),
            (["a.mid", "b.mid", "x.wav"], "'a.mid' is not followed by"), (["a.mid", "x.pdf"], "'x.pdf' is neither"),
            (["a.mid", "x.wav", "./x.wav"], "given twice"), ([], "no recording"),
        ] {
            let error = #expect(throws: TrainingError.self) { try RecordingList.pairs(paths) }
            #expect(error?.description.contains(words) == true)
        }
    }

    @Test func onlyTheSamePlanIsResumable() throws {
        let recipe = try Self.toy(steps: 5)
        let examples = [ReliabilityTests.example("a", 200)]
        let split = HeldOutSplit(examples, before: 0.2, after: 0.2)
        let plan = FineTuningPlan(base: "1", examples: examples, split: split, share: 0.5, recipe: recipe)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try plan.write(to: path)
        let read = try FineTuningPlan(path: path)
        #expect(read == plan)
        try read.checkResumption(by: plan, path: path)
        var others = [plan, plan, plan]
        others[0].base = "2"
        others[1].recordings[0].hash = "other"
        others[2].recipe.steps = 6
        for (other, words) in zip(others, ["another base model", "other recordings", "other settings"]) {
            let error = #expect(throws: TrainingError.self) { try read.checkResumption(by: other, path: path) }
            #expect(error?.description.contains(words) == true)
        }
        #expect(throws: TrainingError.self) { try FineTuningPlan(path: path + ".none") }
    }

    /// Fine-tuning keeps the base model's network, and rejects a recipe for another one.
    @Test func recipeMustFitItsModel() throws {
        let toy = try Self.toy(steps: 1)
        let model = try TrainableModel(recipe: toy, threads: 1).model(averaged: false, extra: [:])
        let recipe = Recipe.fineTuning(model.info, name: "mine", steps: 100, licence: "own")
        try recipe.check(startingFrom: model, path: "toy")
        #expect(recipe.info.architecture == model.info.architecture && recipe.steps == 100)
        // Half a window on either side, plus the time stretching by a shift of 2 semitones and 25 cents.
        #expect(recipe.reach.before > 8192 / 44100 * 1.13 && recipe.reach.before < 0.25)
        var other = recipe
        other.window = 8192
        let error = #expect(throws: TrainingError.self) { try other.check(startingFrom: model, path: "toy") }
        #expect(error?.description.contains("'toy' cannot be fine-tuned") == true)
    }
}
