import ArgumentParser
import Evaluation
import Figures
import Foundation
import ModelFigures

struct PlotReliability: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reliability",
        abstract: "Whether the confidence of a model's notes is a probability.",
        discussion: """
            REPORT is what notelab evaluate --json prints, of one model or of several. Above, the share of right notes (onset \
            within 50 ms) over the confidence they were published with: on the diagonal, confidence is a probability. Below, \
            how many of the notes had that confidence.
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
        abstract: "Accuracy of models against how far they look ahead.",
        discussion: """
            REPORT is what notelab evaluate --json prints for several models on one dataset; there is a panel for each \
            report, titled with the file's name. Figures are means over recordings.
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

/// The JSON of `notelab evaluate`.
enum ReportFile {
    /// - Throws: `FiguresError` naming the file.
    static func read(_ path: String) throws(FiguresError) -> [DatasetReport] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(path: path, reason: "there is no such file, or it may not be read")
        }
        do { return try DatasetReport.read(data) } catch {
            throw .malformed(
                path: path, reason: "it is not what notelab evaluate --json prints: \(DecodingError.reason(error))")
        }
    }
}
