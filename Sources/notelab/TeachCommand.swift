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
        abstract: "Make a model better at your own instrument, from recordings of yours and their scores.",
        discussion: """
            notelab teach SCORE AUDIO [AUDIO ...] [SCORE AUDIO ...] --out MINE.safetensors
            notelab teach FOLDER --out MINE.safetensors

            A score (MIDI, MusicXML or **kern) is followed by one or more recordings of it; a FOLDER holds pairs as notelab \
            align takes them. Ten minutes of music are a good beginning; it takes one at least.

            Each recording is aligned with its score, and said how much of it can be learned from; one that plays something \
            else is left out. A third is held out. The rest trains the model further, three in ten excerpts; the others are of \
            rendered music for many instruments, so that those aren't forgotten. Then the model is judged by what was held \
            out, before and after. What came of it is said in one sentence. The new model is only written when it is better: \
            --force writes it anyway.

            Held-out labels are the alignment's own, as the truth isn't known; --labels gives the truth where somebody has it.

            Ctrl-C saves; --resume goes on. Everything that is kept on the way is in OUT.work, which may be deleted \
            afterwards. docs/teaching.md says more.
            """)

    @Argument(help: "Scores, each followed by recordings of it; or folders of pairs.") var lessons: [String]
    @Option(help: "The model to begin with (default: default.safetensors in Models above this program, or installed).")
    var base: String?
    @Option(help: "Where the new model goes.") var out: String
    @Option(help: "Its name (default: the file's).") var name: String?
    @OptionGroup(title: "Training") var training: TeachTraining
    @OptionGroup(title: "Judging") var judging: TeachJudging
    @Option(help: "Folder for what is kept on the way (default: OUT.work).") var work: String?
    @Flag(help: "Go on with the training that was stopped.") var resume = false
    @Flag(help: "Write the model even if it is no better.") var force = false

    /// What can be learned from: an aligned recording, its score, and its true labels if given.
    private typealias Material = (lesson: FineTuningExample, score: Score, truth: String?)

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            try OutputCheck.check(out)
            let pairs = try RecordingList.pairs(lessons)
            try judging.check(recordings: pairs.count)
            let basePath = try base ?? ModelLookup.find()
            let model = try Model(contentsOf: basePath)
            try recipe(for: model, steps: 1).check(startingFrom: model, path: basePath)
            let folder = try FineTuningFolder(path: work ?? out + ".work")
            let (report, taught) = try teach(model, basePath, try align(pairs), in: folder)
            try Self.emit(report.table + "\n\n" + report.sentence)
            guard report.isBetter || force else {
                Self.say("'\(out)' was not written; the same command with --resume --force writes it all the same")
                return
            }
            try taught.write(to: out)
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
            let lesson = try FineTuningExample(pair, score: score, aligner: aligner, rule: training.rule) {
                line.update(100 * $0, remark: pair.name)
            }
            line.print("notelab: \(pair.name): \(lesson.summary)")
            guard lesson.verdict.grade != .rejected else { continue }
            result.append((lesson, score, judging.labels.isEmpty ? nil : judging.labels[index]))
        }
        let trusted = result.reduce(0) { $0 + $1.lesson.reliable.duration }
        guard trusted >= TeachTraining.leastSeconds else {
            throw TrainingError.tooLittleMusic(seconds: trusted, needed: TeachTraining.leastSeconds)
        }
        return result
    }

    private func recipe(for model: Model, steps: Int) -> Recipe {
        let stem = URL(fileURLWithPath: out).deletingPathExtension().lastPathComponent
        let licence = model.info.extra["licence"] ?? "unstated"
        return .fineTuning(
            model.info, name: name ?? stem, steps: steps, rate: training.rate, seed: training.seed,
            licence: "base model: \(licence); taught with recordings whose rights are their owners'")
    }

    private func teach(
        _ model: Model, _ basePath: String, _ material: [Material], in folder: FineTuningFolder
    ) throws -> (report: FineTuningReport, model: Model) {
        let lessons = material.map(\.lesson)
        let draft = recipe(for: model, steps: 1)
        let reach = draft.reach
        let split = HeldOutSplit(lessons, before: reach.before, after: reach.after)
        let (seconds, heldOut) = split.seconds
        Self.say(
            "\(Int(seconds)) s to train on, \(Int(heldOut)) s held out"
                + (split.holdsOutPieces ? " (whole pieces)" : " (every third block of \(Int(HeldOutSplit.block)) s)"))
        guard seconds > 0, heldOut > 0 else {
            throw TrainingError.tooLittleMusic(seconds: seconds + heldOut, needed: TeachTraining.leastSeconds)
        }
        let recipe = try recipe(for: model, steps: steps(of: draft, in: folder))
        let plan = FineTuningPlan(
            base: ContentHash.ofFile(basePath) ?? "", examples: lessons, split: split, share: training.share,
            recipe: recipe)
        if resume { try FineTuningPlan(path: folder.plan).checkResumption(by: plan, path: folder.plan) }
        let rehearsal = try rehearse(material, in: folder)
        let aligned = try folder.write(labelsOf: lessons)
        let judge = HeldOutEvaluation(
            lessons, split: split, labelPaths: zip(material, aligned).map { $0.truth ?? $1 },
            areGroundTruth: !judging.labels.isEmpty, others: rehearsal.heldOut)
        let before = try judging.figures(of: model, by: judge, "before", nil)
        let set = try TrainingSet(
            mixing: [
                (TrainingSet(lessons, split: split, info: recipe.info), training.share),
                (TrainingSet(rehearsal, info: recipe.info), 1 - training.share),
            ])
        try plan.write(to: folder.plan)
        let checkpoint = folder.checkpoint
        let run = try TrainingRun(
            recipe: recipe, dataset: set, probeSet: nil, threads: training.usedThreads, checkpoint: checkpoint,
            resume: resume && FileManager.default.fileExists(atPath: checkpoint) ? checkpoint : nil, start: model)
        let interruption = Interruption()
        try train(run, recipe, interruption)
        var taught = try run.model(extra: ["begun_with": model.info.name]).withCalibration(of: model.info)
        let fit = ThresholdFit(lessons, split: split, labelPaths: aligned, replaySet: rehearsal)
        taught = try taught.with(thresholds: judging.thresholds(of: taught, by: fit, interruption))
        let after = try judging.figures(of: taught, by: judge, "after", interruption)
        let report = FineTuningReport(
            own: .init(before: before.own, after: after.own), others: .init(before: before.others, after: after.others))
        return (report, try taught.withMetadata(plan, report))
    }

    /// As given, or as many as the minutes allow; a resumed run keeps what it began with.
    private func steps(of recipe: Recipe, in folder: FineTuningFolder) throws -> Int {
        guard let minutes = training.minutes else { return training.steps ?? TeachTraining.usualSteps }
        if resume { return try FineTuningPlan(path: folder.plan).recipe.steps }
        let speed = try TrainingSpeed(recipe: recipe, threads: training.usedThreads, steps: 8)
        let windows = Double(recipe.batch * recipe.windowsPerExcerpt)
        return max(10, Int(minutes * 60 * speed.windowsPerSecond / windows))
    }

    private func rehearse(_ material: [Material], in folder: FineTuningFolder) throws -> ReplaySet {
        if let rendered = training.rendered {
            return try ReplaySet(folder: rendered, heldOut: training.renderedHeldOut)
        }
        var scores: [String: Score] = [:]
        for entry in material { scores[entry.lesson.pair.score] = entry.score }
        let clips = Double(ReplaySet.clips.training + ReplaySet.clips.heldOut)
        var line = ProgressLine("render", total: clips, unit: .count("clips"))
        var rendered = 0.0
        let rehearsal = try ReplaySet.render(
            scores.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, into: folder.rendered, seed: training.seed,
            jobs: training.usedThreads
        ) { done, _ in
            rendered = Double(done)
            line.update(rendered)
        }
        line.finish(rendered)
        return rehearsal
    }

    private func train(_ run: TrainingRun, _ recipe: Recipe, _ interruption: Interruption) throws {
        var line = ProgressLine("teach", total: Double(recipe.steps), unit: .count("steps"))
        let isComplete = try run.run(shouldStop: { interruption.isRequested }) { progress in
            line.update(Double(progress.step), remark: String(format: "loss %.3f", progress.loss))
        }
        line.finish(Double(run.step))
        guard isComplete else {
            Self.say("stopped at step \(run.step) of \(recipe.steps); the same command with --resume goes on")
            throw ExitCode(130)
        }
    }
}
