import ArgumentParser
import Foundation
import Networks
import Teaching
import Terminal
import Training

/// The training options of `notelab teach`.
struct TeachTraining: ParsableArguments {
    /// The least usable music, in seconds.
    static let minimumSeconds = 60.0
    static let defaultSteps = 400

    @Option(help: ArgumentHelp("Training steps of 288 windows each (default: 400, about two minutes).", valueName: "n"))
    var steps: Int?
    @Option(help: ArgumentHelp("Training time instead of --steps.", valueName: "min")) var minutes: Double?
    @Option(help: ArgumentHelp("Fraction of each batch from your recordings.", valueName: "p")) var share = 0.3
    @Option(
        help: ArgumentHelp(
            "Replay set: a dataset of other instruments (default: rendered from your scores and synthetic studies).",
            valueName: "folder"))
    var rendered: String?
    @Option(
        help: ArgumentHelp(
            "Dataset for measuring forgetting (default: a held-out tenth of --rendered).", valueName: "folder"))
    var renderedHeldOut: String?
    @Option(help: "Peak learning rate (default: 0.0005).") var rate: Double?
    @Option(help: ArgumentHelp("Exclude notes whose alignment has a lower confidence.", valueName: "p"))
    var confidence = 0.5
    @Option(help: "Random seed.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Threads (default: one per processor).", valueName: "n")) var threads: Int?

    func validate() throws {
        if steps != nil, minutes != nil { throw ValidationError("--steps and --minutes are mutually exclusive.") }
        if let minutes, !(minutes > 0 && minutes <= 10_000) {
            throw ValidationError("--minutes must be above 0 and at most 10000.")
        }
        if let steps, !(1...10_000_000).contains(steps) { throw ValidationError("--steps must be at least 1.") }
        if !(share > 0 && share <= 1) { throw ValidationError("--share must be above 0 and at most 1.") }
        if !(0...1).contains(confidence) { throw ValidationError("--confidence must be between 0 and 1.") }
        if let rate, !(rate > 0 && rate < 1) { throw ValidationError("--rate must be between 0 and 1.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be between 1 and 1024.") }
        if renderedHeldOut != nil, rendered == nil {
            throw ValidationError("--rendered-held-out requires --rendered.")
        }
    }

    var usedThreads: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    var rule: ReliabilityRule {
        var rule = ReliabilityRule()
        rule.note = confidence
        return rule
    }
}

/// The evaluation options of `notelab teach`, and its evaluation steps.
struct TeachEvaluation: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "True labels of a recording for the evaluation. Repeat for each recording, in order.", valueName: "x.csv"))
    var labels: [String] = []

    /// - Throws: `TrainingError.pairing` unless labels are given for every recording or for none.
    func check(recordings: Int) throws(TrainingError) {
        guard labels.isEmpty || labels.count == recordings else {
            throw .pairing("--labels is given \(labels.count) times for \(recordings) recordings")
        }
        if let missing = labels.first(where: { !FileManager.default.isReadableFile(atPath: $0) }) {
            throw .unreadable(path: missing, reason: "the label file is missing or not readable")
        }
    }

    /// - Parameter interruption: checked after each recording.
    func figures(
        of model: Model, by evaluator: HeldOutEvaluation, _ phase: String, _ interruption: Interruption?
    ) throws -> (own: PassageFigures, others: PassageFigures) {
        var line = ProgressLine("evaluate \(phase)", total: Double(evaluator.count), unit: .count("recordings"))
        let figures = try evaluator.figures(of: model) { done, name in
            try Self.check(interruption)
            line.update(Double(done), remark: name)
        }
        line.finish(Double(evaluator.count))
        return figures
    }

    func thresholds(
        of model: Model, by fit: ThresholdFit, _ interruption: Interruption
    ) throws -> NoteThresholds {
        var line = ProgressLine("thresholds", total: Double(fit.count), unit: .count("recordings"))
        let thresholds = try fit.thresholds(of: model) { done in
            try Self.check(interruption)
            line.update(Double(done))
        }
        line.finish(Double(fit.count))
        return thresholds
    }

    private static func check(_ interruption: Interruption?) throws {
        guard interruption?.isRequested ?? false else { return }
        Teach.log("interrupted; the training is saved. To evaluate it, run the same command with --resume")
        throw ExitCode(130)
    }
}
