import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Terminal

struct Table: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the paper's Tables 3 to 7 for a folder of models.",
        discussion: """
            NUMBER says which: 3, precision, recall and average precision of each model; 4, MIREX-style error rates; 5, 6 \
            and 7, Table 3 for one recording (MusicNet's 1819, 2382 and 2303, or --recording NAME); 5-7, these three, or every \
            recording where they are not there; recordings, every recording.

            Every *.safetensors of the folder is judged by the paper's protocol, and what was found is kept beside it as \
            MODEL.report.json. A report that still fits model, recordings and protocol is used again, so a run that was \
            interrupted goes on with the first model that has none. docs/evaluation.md explains all figures.

            notelab table 3 --models runs --dataset musicnet --split test --thresholds-on musicnet
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, markdown, json
    }

    @Argument(help: "The table: 3, 4, 5, 6, 7, 5-7 or recordings.") var number: String
    @Option(help: "The folder of models.") var models: String
    @Option(help: "The folder of recordings with labels to judge on.") var dataset: String
    @OptionGroup var options: ProtocolOptions
    @Option(help: "For 5, 6, 7 and recordings: this one recording.") var recording: String?
    @Option(help: "text, markdown or json.") var format = Format.text
    @Flag(help: "Put the paper's own figures beside ours where representation and window are the same.")
    var paper = false
    @Flag(help: "Judge all models again, whatever is on file.") var again = false

    func validate() throws {
        guard let choice = TableChoice(number) else {
            throw ValidationError("'\(number)' is no table of models; name 3, 4, 5, 6, 7, 5-7 or recordings.")
        }
        if recording != nil, choice == .benchmark || choice == .errors {
            throw ValidationError("--recording goes with tables 5, 6, 7 and recordings.")
        }
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting { try table() }
    }

    private func table() throws {
        let folder = try ModelFolder(path: models)
        let judge = try options.judge(dataset: dataset)
        for remark in judge.warnings { Self.say(remark) }
        let choice = TableChoice(number) ?? .benchmark
        let kinds = try choice.kinds(recording: recording, among: judge.dataset.recordings.map(\.name))
        let (reports, failures) = try reports(folder, judge)
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

    /// The reports of all models, and how many models could not be judged; each was said to be so.
    private func reports(_ folder: ModelFolder, _ judge: ModelEvaluator) throws -> ([StoredReport], Int) {
        var found: [StoredReport] = []
        var failures = 0
        for (index, path) in folder.models.enumerated() {
            if !again, let stored = judge.stored(model: path) {
                found.append(stored)
                continue
            }
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let line = JudgingLine("\(name) (\(index + 1) of \(folder.models.count))")
            do {
                let report = try judge.evaluate(model: path, jobs: options.processors) { line.update($0) }
                line.finish()
                found.append(report)
                // A folder that may not be written costs the time again, not the table.
                do { try report.write(to: ModelEvaluator.reportPath(model: path)) } catch { Self.say("\(error)") }
            } catch {
                // What is wrong with the recordings is wrong for all models.
                guard ModelEvaluator.isFault(ofModel: error) else { throw error }
                Self.say("\(error); left out")
                failures += 1
            }
        }
        guard !found.isEmpty else { throw EvaluationError.noReports(path: folder.path) }
        return (found, failures)
    }
}
