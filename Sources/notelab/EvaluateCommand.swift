import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Networks
import Terminal
import Transcription

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a model on recordings with labels.",
        discussion: """
            A dataset is a folder: NAME.wav (or .flac, .ogg, .mp3) beside NAME.csv; or folders with audio.* and labels.csv; or \
            MusicNet's own layout. docs/evaluation.md says what every figure means.

            By default the centres of all whole windows are judged, and the notes. --protocol paper judges as the paper's \
            section 5 does: frames every 512 samples from the 1st to the 91st second, one threshold for all notes chosen on \
            training data (--thresholds-on), precision, recall, average precision and MIREX measures for all recordings, for \
            each, and by the number of simultaneous notes.

            --fit-thresholds looks for the thresholds that serve the dataset best instead, and prints them as JSON; it also fits \
            the curve that makes a probability of a note's confidence. With --write both go into the model. Fit on recordings \
            that are not used to judge.

            --model may be repeated: the models are then set side by side. notelab plot reliability and plot lookahead draw \
            what --json prints.
            """)

    @Option(help: "The folder.") var dataset: String
    @Option(
        help: """
            The model; several, each after its own --model, are compared (default: default.safetensors in Models above this \
            program, or installed).
            """)
    var model: [String] = []
    @Option(help: "full (all frames, and the notes) or paper (the paper's frames, threshold and figures).")
    var `protocol` = FrameChoice.full
    @OptionGroup var options: ProtocolOptions
    @Option(help: "With --protocol paper: keep the report in this file, X.json.") var report: String?
    @Flag(help: "Print JSON instead of a table.") var json = false
    @Flag(help: "Look for the best thresholds and print them as JSON.") var fitThresholds = false
    @Option(help: "Use thresholds from a JSON file, as --fit-thresholds prints them.") var thresholdsFrom: String?
    @Flag(help: "With --fit-thresholds: write them into the model's file.") var write = false
    @OptionGroup(title: "Thresholds (default: the model's)") var thresholds: ThresholdOptions

    enum FrameChoice: String, CaseIterable, ExpressibleByArgument {
        case full, paper
    }

    func validate() throws {
        if write, !fitThresholds { throw ValidationError("--write goes with --fit-thresholds.") }
        if model.count > 1, fitThresholds || `protocol` == .paper {
            throw ValidationError(
                "Several models are compared with --protocol full and without --fit-thresholds; name one, or see notelab table."
            )
        }
        switch `protocol` {
        case .paper:
            if fitThresholds || thresholdsFrom != nil || thresholds.isGiven {
                throw ValidationError(
                    "--protocol paper has one threshold, from --thresholds-on or the model; leave out the other ones.")
            }
        case .full:
            for (name, value) in [("--thresholds-on", options.thresholdsOn), ("--report", report)] where value != nil {
                throw ValidationError("\(name) goes with --protocol paper.")
            }
        }
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            switch `protocol` {
            case .full: try evaluate()
            case .paper: try evaluateAsPaper()
            }
        }
    }

    private func evaluateAsPaper() throws {
        let judge = try options.judge(dataset: dataset)
        for remark in judge.warnings { Self.say(remark) }
        if let report { try OutputCheck.check(report) }
        let path = try model.first ?? ModelLookup.find()
        let line = JudgingLine(URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
        let found = try judge.evaluate(model: path, jobs: options.processors) { line.update($0) }
        line.finish()
        if let report { try found.write(to: report) }
        try Self.emit(json ? String(decoding: found.json(), as: UTF8.self) : ReportText.text(found))
    }

    private func evaluate() throws {
        let folder = try options.folder(dataset)
        for path in folder.unlabelled { Self.say("\(path) has no labels; left out") }
        // A name that doesn't exist should be said before hours of work on others.
        let paths = try model.isEmpty ? [ModelLookup.find()] : model
        let models = try paths.map { try Model(contentsOf: $0) }
        let fixed = try readThresholds()
        var reports: [DatasetReport] = []
        for (path, model) in zip(paths, models) {
            let chosen = thresholds.applied(to: fixed ?? model.info.thresholds)
            var progress = ProgressLine(
                models.count > 1 ? "evaluate \(model.info.name)" : "evaluate", total: Double(folder.recordings.count),
                unit: .count("recordings"))
            let evaluations = try DatasetEvaluation.run(
                folder.recordings, model: model, thresholds: chosen, jobs: options.processors
            ) { done, recording in
                progress.update(Double(done), remark: recording)
            }
            progress.finish(Double(evaluations.count))
            if fitThresholds { return try fit(evaluations, from: chosen, model: model, path: path) }
            reports.append(DatasetReport(evaluations, info: model.info, threshold: chosen.on))
        }
        try Self.emit(json ? Self.json(reports) : Self.text(reports))
    }

    private static func text(_ reports: [DatasetReport]) -> String {
        guard let report = reports.first, reports.count == 1 else { return EvaluationTable.comparison(reports) }
        return [
            EvaluationTable.text(report.recordings, summaries: report.summary), EvaluationTable.legend,
            ReliabilityText.text(report.reliability),
        ].joined(separator: "\n\n")
    }

    private static func json(_ reports: [DatasetReport]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let data =
            try reports.count == 1
            ? encoder.encode(reports[0]) : encoder.encode(DatasetReport.Collection(models: reports))
        return String(decoding: data, as: UTF8.self)
    }

    private func readThresholds() throws -> NoteThresholds? {
        guard let thresholdsFrom else { return nil }
        guard let data = FileManager.default.contents(atPath: thresholdsFrom) else {
            throw ModelError.unreadable(path: thresholdsFrom, reason: "there is no such file, or it may not be read")
        }
        do { return try JSONDecoder().decode(NoteThresholds.self, from: data) } catch {
            throw ModelError.mismatch(path: thresholdsFrom, reason: "it is no JSON of thresholds (on, off, onset, ...)")
        }
    }

    private func fit(
        _ evaluations: [RecordingEvaluation], from start: NoteThresholds, model: Model, path: String
    ) throws {
        let search = ThresholdSearch(evaluations)
        let before = search.evaluate(start)
        let best = search.best(from: start)
        Self.say(
            """
            onset F1 \(Self.percent(before.onsetF1)) -> \(Self.percent(best.onsetF1)), \
            frame F1 \(Self.percent(before.frameF1)) -> \(Self.percent(best.frameF1))
            """)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try Self.emit(String(decoding: encoder.encode(best.thresholds), as: UTF8.self))
        let evidence = evaluations.map {
            LabelledEvidence.label($0.trace.claims(best.thresholds), reference: $0.reference)
        }
        let all = evidence.flatMap { $0 }
        let curve = ConfidenceCurve(fitting: all)
        let unfitted = Reliability(all.map { ($0.evidence.height, $0.isRight) })
        let fitted = Reliability(all.map { (curve.probability(of: $0.evidence), $0.isRight) })
        let heldOut = Reliability.heldOut(evidence)
        func error(_ reliability: Reliability) -> String { Self.percent(reliability.calibrationError ?? 0) }
        Self.say(
            """
            expected calibration error of the confidence \(error(unfitted)) -> \(error(fitted)) over \(fitted.count) notes; \
            \(error(heldOut)) where each recording is judged by a curve fitted on the others
            """)
        guard write else { return }
        var info = model.info
        info.thresholds = best.thresholds
        info.confidence = curve
        do {
            try Model(info: info, tensors: model.tensors, path: path).write(to: path)
        } catch let error as ModelError {
            throw error
        } catch {
            throw DescriptorError(operation: "write the model '\(path)'", code: errno)
        }
    }

    private static func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10)%" }
}

extension ParsableCommand {
    /// Writes text and a newline to standard output; a reader that has gone ends the command.
    static func emit(_ text: String) throws {
        try Descriptor.write(Array((text + "\n").utf8), to: STDOUT_FILENO, operation: "write to standard output")
    }
}
