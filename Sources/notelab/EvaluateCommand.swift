import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Networks
import Terminal
import Transcription

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate a model on labelled recordings.",
        discussion: """
            A dataset is a folder with NAME.wav (or .flac, .ogg, .mp3) beside NAME.csv, or with subfolders that \
            contain audio.* and labels.csv, or in MusicNet's layout. docs/evaluation.md defines all metrics.

            By default, all frames and notes are evaluated. --protocol paper follows section 5 of the paper: frames \
            every 512 samples from the 1st to the 91st second, and one threshold for all notes, chosen on training \
            data (--thresholds-on). It reports precision, recall, average precision and MIREX measures for all \
            recordings, for each recording, and by the number of simultaneous notes.

            --fit-thresholds instead searches for the thresholds that are best on the dataset and prints them as JSON. \
            It also fits the curve that turns the evidence for a note into its confidence. --write stores both in the \
            model. Fit on recordings that you do not evaluate on.

            Repeat --model to compare models. 'notelab plot reliability' and 'notelab plot lookahead' draw the output \
            of --json.

            Examples:
              notelab evaluate --dataset takes
              notelab evaluate --dataset takes --model a.safetensors --model b.safetensors
              notelab evaluate --dataset test --protocol paper --thresholds-on train
            """)

    @Option(help: ArgumentHelp("The dataset.", valueName: "folder")) var dataset: String
    @Option(
        help: """
            The model (default: the default model of this build or installation). Repeat the option to compare models.
            """)
    var model: [String] = []
    @Option(help: "full evaluates all frames and notes; paper follows the paper's protocol.")
    var `protocol` = FrameChoice.full
    @OptionGroup var options: ProtocolOptions
    @Option(help: ArgumentHelp("With --protocol paper: also write the report to this file.", valueName: "x.json"))
    var report: String?
    @Flag(help: "Print JSON instead of a table.") var json = false
    @Flag(help: "Search for the best thresholds and print them as JSON.") var fitThresholds = false
    @Option(help: ArgumentHelp("Read thresholds from a file printed by --fit-thresholds.", valueName: "x.json"))
    var thresholdsFrom: String?
    @Flag(help: "With --fit-thresholds: store them in the model file.") var write = false
    @OptionGroup(title: "Thresholds (default: the model's)") var thresholds: ThresholdOptions

    enum FrameChoice: String, CaseIterable, ExpressibleByArgument {
        case full, paper
    }

    func validate() throws {
        if write, !fitThresholds { throw ValidationError("--write requires --fit-thresholds.") }
        if model.count > 1, fitThresholds || `protocol` == .paper {
            throw ValidationError(
                "Only one --model is allowed with --fit-thresholds or --protocol paper; see also 'notelab table'."
            )
        }
        switch `protocol` {
        case .paper:
            if fitThresholds || thresholdsFrom != nil || thresholds.isGiven {
                throw ValidationError(
                    "--protocol paper takes its threshold from --thresholds-on or the model; omit other thresholds."
                )
            }
        case .full:
            for (name, value) in [("--thresholds-on", options.thresholdsOn), ("--report", report)] where value != nil {
                throw ValidationError("\(name) requires --protocol paper.")
            }
        }
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            switch `protocol` {
            case .full: try evaluate()
            case .paper: try evaluateAsPaper()
            }
        }
    }

    private func evaluateAsPaper() throws {
        let evaluator = try options.evaluator(dataset: dataset)
        for warning in evaluator.warnings { Self.log(warning) }
        if let report { try OutputCheck.check(report) }
        let path = try model.first ?? ModelLookup.find()
        let line = EvaluationProgress(URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
        let stored = try evaluator.evaluate(model: path, jobs: options.processors) { line.update($0) }
        line.finish()
        if let report { try stored.write(to: report) }
        try Self.emit(json ? String(decoding: stored.json(), as: UTF8.self) : ReportText.text(stored))
    }

    private func evaluate() throws {
        let folder = try options.folder(dataset)
        for path in folder.unlabelled { Self.log("\(path) has no labels and is ignored") }
        // Load all models first, so that a missing one is reported before hours of work.
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
            throw ModelError.unreadable(path: thresholdsFrom, reason: "the file is missing or not readable")
        }
        do { return try JSONDecoder().decode(NoteThresholds.self, from: data) } catch {
            throw ModelError.mismatch(
                path: thresholdsFrom, reason: "it does not contain thresholds as JSON (on, off, onset, ...)")
        }
    }

    private func fit(
        _ evaluations: [RecordingEvaluation], from start: NoteThresholds, model: Model, path: String
    ) throws {
        let search = ThresholdSearch(evaluations)
        let before = search.evaluate(start)
        let best = search.best(from: start)
        Self.log(
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
        Self.log(
            """
            expected calibration error of the confidence \(error(unfitted)) -> \(error(fitted)) over \(fitted.count) \
            notes; \(error(heldOut)) when each recording's curve is fitted on the others
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
