import ArgumentParser
import Foundation
import Networks
import Teaching
import Terminal
import Training

/// How `notelab teach` trains.
struct TeachTraining: ParsableArguments {
    /// Seconds of music that there must be.
    static let leastSeconds = 60.0
    static let usualSteps = 400

    @Option(help: "Steps of training, of 288 windows each: two minutes or so (default: 400).") var steps: Int?
    @Option(help: "Minutes of training instead; how many steps that is depends on the machine.") var minutes: Double?
    @Option(help: "How much of each batch is from your recordings, 0 to 1.") var share = 0.3
    @Option(help: "A dataset of other instruments to mix in (default: your scores and made-up studies, rendered).")
    var rendered: String?
    @Option(help: "A dataset to judge forgetting by (default: a tenth of --rendered, which isn't trained on).")
    var renderedHeldOut: String?
    @Option(help: "The optimiser's highest rate (default: 0.0005).") var rate: Double?
    @Option(help: "Notes that the alignment is less sure of are not learned, 0 to 1.") var confidence = 0.5
    @Option(help: "Seed of all random draws.") var seed: UInt64 = 1
    @Option(help: "Threads (default: one for each processor).") var threads: Int?

    func validate() throws {
        if steps != nil, minutes != nil { throw ValidationError("Give --steps or --minutes.") }
        if let minutes, !(minutes > 0 && minutes <= 10_000) {
            throw ValidationError("--minutes should lie between 0 and 10000.")
        }
        if let steps, !(1...10_000_000).contains(steps) { throw ValidationError("--steps should be at least 1.") }
        if !(share > 0 && share <= 1) { throw ValidationError("--share should be above 0, and at most 1.") }
        if !(0...1).contains(confidence) { throw ValidationError("--confidence should lie between 0 and 1.") }
        if let rate, !(rate > 0 && rate < 1) { throw ValidationError("--rate should lie between 0 and 1.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
        if renderedHeldOut != nil, rendered == nil {
            throw ValidationError("--rendered-held-out goes with --rendered.")
        }
    }

    var usedThreads: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    var rule: ReliabilityRule {
        var rule = ReliabilityRule()
        rule.note = confidence
        return rule
    }
}

/// How `notelab teach` judges.
struct TeachJudging: ParsableArguments {
    @Option(
        help:
            "True labels of a recording, where somebody has them, to judge by; once for each recording, in their order."
    )
    var labels: [String] = []

    /// - Throws: `TrainingError.pairing` unless there is one for each recording, or none.
    func check(recordings: Int) throws(TrainingError) {
        guard labels.isEmpty || labels.count == recordings else {
            throw .pairing("--labels is given \(labels.count) times for \(recordings) recordings")
        }
        if let missing = labels.first(where: { !FileManager.default.isReadableFile(atPath: $0) }) {
            throw .unreadable(path: missing, reason: "there are no labels")
        }
    }

    /// - Parameter interruption: looked at after each recording.
    func figures(
        of model: Model, by judge: HeldOutEvaluation, _ moment: String, _ interruption: Interruption?
    ) throws -> (own: PassageFigures, others: PassageFigures) {
        var line = ProgressLine("judge \(moment)", total: Double(judge.count), unit: .count("recordings"))
        let figures = try judge.figures(of: model) { done, name in
            try Self.check(interruption)
            line.update(Double(done), remark: name)
        }
        line.finish(Double(judge.count))
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
        Teach.say("stopped; what was trained is saved, and the same command with --resume judges it")
        throw ExitCode(130)
    }
}
