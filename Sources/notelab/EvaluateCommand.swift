import ArgumentParser
import Evaluation
import Foundation
import Networks
import Terminal
import Transcription

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a model on recordings with labels.",
        discussion: """
            A dataset is a folder: NAME.wav (or .flac, .ogg, .mp3) beside NAME.csv; or folders with audio.* and labels.csv; or \
            MusicNet's own layout. docs/evaluation.md says what every figure means.

            --fit-thresholds looks for the thresholds that serve the dataset best instead, and prints them as JSON; with \
            --write it puts them into the model. Fit on recordings that are not used to judge.
            """)

    @Option(help: "The folder.") var dataset: String
    @Option(help: "The model (default: default.safetensors in Models above this program, or installed).")
    var model: String?
    @Option(help: "Which of MusicNet's parts: train, test or all.") var split = "all"
    @Flag(help: "Print JSON instead of a table.") var json = false
    @Flag(help: "Look for the best thresholds and print them as JSON.") var fitThresholds = false
    @Option(help: "Use thresholds from a JSON file, as --fit-thresholds prints them.") var thresholdsFrom: String?
    @Flag(help: "With --fit-thresholds: write them into the model's file.") var write = false
    @Option(help: "Recordings judged at the same time (default: one for each core).") var jobs: Int?
    @OptionGroup(title: "Thresholds (default: the model's)") var thresholds: ThresholdOptions

    func validate() throws {
        if DatasetFolder.Split(rawValue: split) == nil { throw ValidationError("--split is train, test or all.") }
        if write, !fitThresholds { throw ValidationError("--write goes with --fit-thresholds.") }
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs should lie between 1 and 256.") }
    }

    func run() async throws {
        Descriptor.ignoreBrokenPipes()
        try await Self.reporting { try await evaluate() }
    }

    private func evaluate() async throws {
        let folder = try DatasetFolder(path: dataset, split: DatasetFolder.Split(rawValue: split) ?? .all)
        let path = try model ?? ModelLookup.find()
        let model = try Model(contentsOf: path)
        let chosen = try thresholds.applied(to: readThresholds() ?? model.info.thresholds)
        for path in folder.unlabelled { Self.say("\(path) has no labels; left out") }
        let evaluations = try await DatasetEvaluation.run(
            folder.recordings, model: model, thresholds: chosen,
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount
        ) { done, recording in
            if isatty(STDERR_FILENO) == 1 { Self.say("\(done) of \(folder.recordings.count): \(recording)") }
        }
        if fitThresholds {
            try await fit(evaluations, from: chosen, model: model, path: path)
        } else {
            try report(evaluations, threshold: chosen.on)
        }
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

    private func report(_ evaluations: [RecordingEvaluation], threshold: Double) throws {
        var total = EvaluationCounts()
        var rows: [EvaluationFigures] = []
        for evaluation in evaluations {
            var counts = EvaluationCounts(evaluation)
            rows.append(counts.figures(name: evaluation.name, threshold: threshold))
            total.add(counts)
        }
        var summaries = [total.figures(name: "all", threshold: threshold)]
        if let mean = EvaluationFigures.mean(of: rows) { summaries.append(mean) }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            let report = ["recordings": rows, "summary": summaries]
            try print(String(decoding: encoder.encode(report), as: UTF8.self))
        } else {
            try print(EvaluationTable.text(rows, summaries: summaries) + "\n\n" + EvaluationTable.legend)
        }
    }

    private func fit(
        _ evaluations: [RecordingEvaluation], from start: NoteThresholds, model: Model, path: String
    ) async throws {
        let search = ThresholdSearch(evaluations)
        let before = await search.judge(start)
        let best = await search.best(from: start)
        Self.say(
            """
            onset F1 \(Self.percent(before.onsetF1)) -> \(Self.percent(best.onsetF1)), \
            frame F1 \(Self.percent(before.frameF1)) -> \(Self.percent(best.frameF1))
            """)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try print(String(decoding: encoder.encode(best.thresholds), as: UTF8.self))
        guard write else { return }
        var info = model.info
        info.thresholds = best.thresholds
        do {
            try Model(info: info, tensors: model.tensors, path: path).write(to: path)
        } catch let error as ModelError {
            throw error
        } catch {
            throw DescriptorError(operation: "write the model '\(path)'", code: errno)
        }
    }

    private static func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10)%" }

    private func print(_ text: String) throws {
        try Descriptor.write(Array((text + "\n").utf8), to: STDOUT_FILENO, operation: "write to standard output")
    }
}
