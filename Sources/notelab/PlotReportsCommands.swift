import ArgumentParser
import Evaluation
import Figures
import Foundation
import ModelFigures

struct PlotReliability: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reliability",
        abstract: "Plot reliability diagrams: is the confidence of notes calibrated?",
        discussion: """
            REPORT is the output of 'notelab evaluate --json' for one or more models. The upper panel shows the share \
            of right notes (onset within 50 ms) against the confidence with which they were published; calibrated \
            confidences lie on the diagonal. The lower panel shows the number of notes by confidence.
            """)

    @Argument(help: "Reports.") var reports: [String]
    @OptionGroup var output: PlotOutput

    func run() throws {
        try Self.reporting {
            let curves = try reports.flatMap { try ReportFile.read($0) }.map { report in
                let bins = report.reliability.bins
                return ReliabilityFigure.Curve(
                    name: report.model, confidence: bins.map(\.confidence), right: bins.map(\.right),
                    counts: bins.map(\.count), error: report.reliability.calibrationError ?? .nan)
            }
            try output.write(ReliabilityFigure.figure(curves))
        }
    }
}

struct PlotLookahead: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookahead",
        abstract: "Plot the accuracy of models against their lookahead.",
        discussion: """
            REPORT is the output of 'notelab evaluate --json' for several models on one dataset. Each report gets a \
            panel that is titled with the name of the file. The metrics are means over recordings.
            """)

    @Argument(help: "Reports.") var reports: [String]
    @OptionGroup var output: PlotOutput

    func run() throws {
        try Self.reporting {
            let studies = try reports.map { path in
                let models = try ReportFile.read(path).compactMap { report in report.mean.map { (report.lookahead, $0) }
                }
                return LookaheadFigure.Study(
                    title: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent,
                    lookahead: models.map(\.0), averagePrecision: models.map(\.1.averagePrecision),
                    frameF1: models.map(\.1.bestFrameF1), onsetF1: models.map(\.1.onsetF150))
            }
            try output.write(LookaheadFigure.figure(studies))
        }
    }
}

/// Reads the output of `notelab evaluate --json`.
enum ReportFile {
    /// - Throws: `FiguresError.unreadable` or `.malformed`.
    static func read(_ path: String) throws(FiguresError) -> [DatasetReport] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(path: path, reason: "the file is missing or not readable")
        }
        do { return try DatasetReport.read(data) } catch {
            throw .malformed(
                path: path, reason: "it is not the output of 'notelab evaluate --json': \(DecodingError.reason(error))")
        }
    }
}
