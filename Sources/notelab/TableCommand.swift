import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Terminal

struct Table: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the paper's Tables 3 to 7 for a folder of models.",
        discussion: """
            NUMBER selects the table:
              3           precision, recall and average precision of each model
              4           MIREX-style error rates
              5, 6, 7     Table 3 for MusicNet's 1819, 2382 or 2303, or for --recording
              5-7         the three of them, or all recordings if one is missing
              recordings  Table 3 for every recording

            Every *.safetensors file in the folder is evaluated under the paper's protocol, and its report is stored \
            beside it as MODEL.report.json. A stored report is reused as long as model, dataset and protocol are the \
            same, so an interrupted run continues where it stopped. docs/evaluation.md defines all metrics.

            Example:
              notelab table 3 --models runs --dataset test --thresholds-on train
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, markdown, json
    }

    @Argument(help: "The table: 3, 4, 5, 6, 7, 5-7 or recordings.") var number: String
    @Option(help: ArgumentHelp("The models to evaluate.", valueName: "folder")) var models: String
    @Option(help: ArgumentHelp("The dataset to evaluate on.", valueName: "folder")) var dataset: String
    @OptionGroup var options: ProtocolOptions
    @Option(help: ArgumentHelp("For tables 5, 6, 7 and recordings: use this recording.", valueName: "name"))
    var recording: String?
    @Option(help: "Output format.") var format = Format.text
    @Flag(help: "Add the paper's results to rows with the same representation and window.")
    var paper = false
    @Flag(help: "Ignore stored reports and evaluate all models again.") var again = false

    func validate() throws {
        guard let choice = TableChoice(number) else {
            throw ValidationError("'\(number)' is not a valid table; name 3, 4, 5, 6, 7, 5-7 or recordings.")
        }
        if recording != nil, choice == .benchmark || choice == .errors {
            throw ValidationError("--recording applies to tables 5, 6, 7 and recordings.")
        }
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting { try table() }
    }

    private func table() throws {
        let folder = try ModelFolder(path: models)
        let evaluator = try options.evaluator(dataset: dataset)
        for warning in evaluator.warnings { Self.log(warning) }
        let choice = TableChoice(number) ?? .benchmark
        let kinds = try choice.kinds(recording: recording, among: evaluator.dataset.recordings.map(\.name))
        let (reports, failures) = try reports(folder, evaluator)
        let tables = try kinds.map { try ResultsTable($0, reports, comparesPaper: paper) }
        switch format {
        case .text, .markdown:
            let parts = tables.map { format == .text ? $0.text : $0.markdown }
            try Self.emit((parts + [ReportText.remarks(reports, comparesPaper: paper)]).joined(separator: "\n\n"))
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            try Self.emit(String(decoding: encoder.encode(["tables": tables]), as: UTF8.self))
        }
        if failures > 0 { throw ExitCode(ExitStatus.badData.rawValue) }
    }

    /// The reports of all models, and the number of models that could not be evaluated, each of which was reported.
    private func reports(_ folder: ModelFolder, _ evaluator: ModelEvaluator) throws -> ([StoredReport], Int) {
        var found: [StoredReport] = []
        var failures = 0
        for (index, path) in folder.models.enumerated() {
            if !again, let stored = evaluator.stored(model: path) {
                found.append(stored)
                continue
            }
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let line = EvaluationProgress("\(name) (\(index + 1) of \(folder.models.count))")
            do {
                let report = try evaluator.evaluate(model: path, jobs: options.processors) { line.update($0) }
                line.finish()
                found.append(report)
                // If the report cannot be stored, the next run repeats the evaluation, but this table is complete.
                do { try report.write(to: ModelEvaluator.reportPath(model: path)) } catch { Self.log("\(error)") }
            } catch {
                // Errors in the dataset would affect all models.
                guard ModelEvaluator.isFault(ofModel: error) else { throw error }
                Self.log("\(error); the model is ignored")
                failures += 1
            }
        }
        guard !found.isEmpty else { throw EvaluationError.noReports(path: folder.path) }
        return (found, failures)
    }
}
