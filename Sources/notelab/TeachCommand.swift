import Alignment
import AlignmentTools
import ArgumentParser
import Datasets
import Foundation
import Networks
import Scores
import Teaching
import Terminal
import Training

struct Teach: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fine-tune a model to your instrument, from your recordings and their scores.",
        discussion: """
            notelab teach SCORE AUDIO [AUDIO ...] [SCORE AUDIO ...] --out MINE.safetensors
            notelab teach FOLDER --out MINE.safetensors

            SCORE is MIDI, MusicXML or **kern, followed by one or more recordings of it. FOLDER contains pairs as for \
            'notelab align'. At least one minute of music is needed; ten minutes are a good start.

            Each recording is aligned with its score, and the usable part is reported; a recording that does not match \
            its score is ignored. One third of the usable music is held out. The rest fine-tunes the model: 30% of \
            each batch comes from your recordings, and 70% from rendered music for many instruments (the replay set), \
            so that the model does not forget them. The model is evaluated on the held-out music before and after, and \
            is written only if it is better, or with --force.

            Labels for the held-out music come from the alignment, unless --labels provides true ones.

            Ctrl-C saves the state; --resume continues. Intermediate files are kept in OUT.work, which may be deleted \
            afterwards. See docs/teaching.md.
            """)

    @Argument(
        help: ArgumentHelp("Scores, each followed by its recordings; or folders of pairs.", valueName: "input"))
    var inputs: [String]
    @Option(
        help: ArgumentHelp("Base model (default: the default model of this build or installation).", valueName: "model")
    )
    var base: String?
    @Option(help: ArgumentHelp("File for the fine-tuned model.", valueName: "model")) var out: String
    @Option(help: "Name of the model (default: the name of the file).") var name: String?
    @OptionGroup(title: "Training") var training: TeachTraining
    @OptionGroup(title: "Evaluation") var evaluation: TeachEvaluation
    @Option(help: ArgumentHelp("Folder for intermediate files (default: OUT.work).", valueName: "folder")) var work:
        String?
    @Flag(help: "Continue an interrupted run.") var resume = false
    @Flag(help: "Write the model even if it is not better.") var force = false

    /// An aligned recording, its score, and the path of its true labels if given.
    private typealias Material = (example: FineTuningExample, score: Score, truth: String?)

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            try OutputCheck.check(out)
            let pairs = try RecordingList.pairs(inputs)
            try evaluation.check(recordings: pairs.count)
            let basePath = try base ?? ModelLookup.find()
            let model = try Model(contentsOf: basePath)
            try recipe(for: model, steps: 1).check(startingFrom: model, path: basePath)
            let folder = try FineTuningFolder(path: work ?? out + ".work")
            let (report, tuned) = try tune(model, basePath, try align(pairs), in: folder)
            try Self.emit(report.table + "\n\n" + report.sentence)
            guard report.isBetter || force else {
                Self.log("'\(out)' was not written; to write it anyway, run the same command with --resume --force")
                return
            }
            try tuned.write(to: out)
        }
    }

    private func align(_ pairs: [ArchivePair]) throws -> [Material] {
        let aligner = try MultiscaleAligner()
        var scores: [String: Score] = [:]
        var result: [Material] = []
        for (index, pair) in pairs.enumerated() {
            let score = try scores[pair.score] ?? Score(path: pair.score)
            scores[pair.score] = score
            var line = ProgressLine("align \(index + 1) of \(pairs.count)", total: 100, unit: .count("percent"))
            let example = try FineTuningExample(pair, score: score, aligner: aligner, rule: training.rule) {
                line.update(100 * $0, remark: pair.name)
            }
            line.print("notelab: \(pair.name): \(example.summary)")
            guard example.verdict.grade != .rejected else { continue }
            result.append((example, score, evaluation.labels.isEmpty ? nil : evaluation.labels[index]))
        }
        let trusted = result.reduce(0) { $0 + $1.example.reliable.duration }
        guard trusted >= TeachTraining.minimumSeconds else {
            throw TrainingError.tooLittleMusic(seconds: trusted, needed: TeachTraining.minimumSeconds)
        }
        return result
    }

    private func recipe(for model: Model, steps: Int) -> Recipe {
        let stem = URL(fileURLWithPath: out).deletingPathExtension().lastPathComponent
        let licence = model.info.extra["licence"] ?? "unstated"
        return .fineTuning(
            model.info, name: name ?? stem, steps: steps, rate: training.rate, seed: training.seed,
            licence: "base model: \(licence); fine-tuned on recordings whose rights belong to their owners")
    }

    private func tune(
        _ model: Model, _ basePath: String, _ material: [Material], in folder: FineTuningFolder
    ) throws -> (report: FineTuningReport, model: Model) {
        let examples = material.map(\.example)
        let draft = recipe(for: model, steps: 1)
        let reach = draft.reach
        let split = HeldOutSplit(examples, before: reach.before, after: reach.after)
        let (seconds, heldOut) = split.seconds
        Self.log(
            "\(Int(seconds)) s to train on, \(Int(heldOut)) s held out"
                + (split.holdsOutPieces ? " (whole pieces)" : " (every third block of \(Int(HeldOutSplit.block)) s)"))
        guard seconds > 0, heldOut > 0 else {
            throw TrainingError.tooLittleMusic(seconds: seconds + heldOut, needed: TeachTraining.minimumSeconds)
        }
        let recipe = try recipe(for: model, steps: steps(of: draft, in: folder))
        let plan = FineTuningPlan(
            base: ContentHash.ofFile(basePath) ?? "", examples: examples, split: split, share: training.share,
            recipe: recipe)
        if resume { try FineTuningPlan(path: folder.plan).checkResumption(by: plan, path: folder.plan) }
        let replay = try replaySet(material, in: folder)
        let aligned = try folder.write(labelsOf: examples)
        let evaluator = HeldOutEvaluation(
            examples, split: split, labelPaths: zip(material, aligned).map { $0.truth ?? $1 },
            areGroundTruth: !evaluation.labels.isEmpty, others: replay.heldOut)
        let before = try evaluation.figures(of: model, by: evaluator, "before", nil)
        let set = try TrainingSet(
            mixing: [
                (TrainingSet(examples, split: split, info: recipe.info), training.share),
                (TrainingSet(replay, info: recipe.info), 1 - training.share),
            ])
        try plan.write(to: folder.plan)
        let checkpoint = folder.checkpoint
        let run = try TrainingRun(
            recipe: recipe, dataset: set, probeSet: nil, threads: training.usedThreads, checkpoint: checkpoint,
            resume: resume && FileManager.default.fileExists(atPath: checkpoint) ? checkpoint : nil, start: model)
        let interruption = Interruption()
        try train(run, recipe, interruption)
        var tuned = try run.model(extra: ["begun_with": model.info.name]).withCalibration(of: model.info)
        let fit = ThresholdFit(examples, split: split, labelPaths: aligned, replaySet: replay)
        tuned = try tuned.with(thresholds: evaluation.thresholds(of: tuned, by: fit, interruption))
        let after = try evaluation.figures(of: tuned, by: evaluator, "after", interruption)
        let report = FineTuningReport(
            own: .init(before: before.own, after: after.own), others: .init(before: before.others, after: after.others))
        return (report, try tuned.withMetadata(plan, report))
    }

    /// The number of steps: as given, or as many as fit into the minutes. A resumed run keeps its number of steps.
    private func steps(of recipe: Recipe, in folder: FineTuningFolder) throws -> Int {
        guard let minutes = training.minutes else { return training.steps ?? TeachTraining.defaultSteps }
        if resume { return try FineTuningPlan(path: folder.plan).recipe.steps }
        let speed = try TrainingSpeed(recipe: recipe, threads: training.usedThreads, steps: 8)
        let windows = Double(recipe.batch * recipe.windowsPerExcerpt)
        return max(10, Int(minutes * 60 * speed.windowsPerSecond / windows))
    }

    /// Opens the given replay set, or renders one from the scores.
    private func replaySet(_ material: [Material], in folder: FineTuningFolder) throws -> ReplaySet {
        if let rendered = training.rendered {
            return try ReplaySet(folder: rendered, heldOut: training.renderedHeldOut)
        }
        var scores: [String: Score] = [:]
        for entry in material { scores[entry.example.pair.score] = entry.score }
        let clips = Double(ReplaySet.clips.training + ReplaySet.clips.heldOut)
        var line = ProgressLine("render", total: clips, unit: .count("clips"))
        var rendered = 0.0
        let replay = try ReplaySet.render(
            scores.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, into: folder.rendered, seed: training.seed,
            jobs: training.usedThreads
        ) { done, _ in
            rendered = Double(done)
            line.update(rendered)
        }
        line.finish(rendered)
        return replay
    }

    private func train(_ run: TrainingRun, _ recipe: Recipe, _ interruption: Interruption) throws {
        var line = ProgressLine("fine-tune", total: Double(recipe.steps), unit: .count("steps"))
        let isComplete = try run.run(shouldStop: { interruption.isRequested }) { progress in
            line.update(Double(progress.step), remark: String(format: "loss %.3f", progress.loss))
        }
        line.finish(Double(run.step))
        guard isComplete else {
            Self.log(
                "interrupted at step \(run.step) of \(recipe.steps); to continue, run the same command with --resume")
            throw ExitCode(130)
        }
    }
}
