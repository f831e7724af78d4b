import ArgumentParser
import Evaluation
import Figures
import Foundation
import ModelFigures
import Networks

struct PlotCurves: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curves",
        abstract: "Plot precision-recall curves of models (the paper's Figures 4 and 6 to 11).",
        discussion: """
            REPORT is a report of 'notelab evaluate --protocol paper --report' or 'notelab table'. One report gives \
            curves for all frames (blue), for frames with one label (green) and with three labels (red). Several \
            reports give one plot with a curve per model, for the frames that --subset selects; with --panels, each \
            report gets a plot of its own.
            """)

    @Argument(help: "Reports of models.") var reports: [String]
    @Option(
        help: """
            Frames to plot: all, a number of simultaneous labels such as 3, or the name of a recording. May be \
            repeated with one report or with --panels.
            """)
    var subset: [String] = []
    @Flag(help: "Draw a separate plot for each report.") var panels = false
    @OptionGroup var output: PlotOutput

    func validate() throws {
        if reports.count > 1, !panels, subset.count > 1 {
            throw ValidationError("Only one --subset is allowed with several reports, unless --panels is given.")
        }
    }

    func run() throws {
        try Self.reporting {
            let reports = try reports.map(read)
            let groups: [PrecisionRecallFigure.Group]
            let title: String
            if reports.count > 1, !panels {
                let name = subset.first ?? "all"
                let curves = try reports.enumerated().map { index, report in
                    try report.curve(name, named: report.title, style: .series(index))
                }
                groups = [PrecisionRecallFigure.Group(curves: curves)]
                title = try "Precision and recall, \(reports[0].caption(name))"
            } else {
                groups = try reports.map { try PrecisionRecallFigure.Group(title: $0.title, curves: $0.curves(subset)) }
                title = reports.count == 1 ? reports[0].title : "Precision and recall"
            }
            try output.write(PrecisionRecallFigure.figure(groups, title: title))
        }
    }

    private func read(_ path: String) throws -> PrecisionRecallReport {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FiguresError.unreadable(path: path, reason: "the file is missing or not readable")
        }
        let report: ModelReport
        do { report = try JSONDecoder().decode(ModelReport.self, from: data) } catch {
            throw FiguresError.malformed(
                path: path, reason: "it is not a report of a model: \(DecodingError.reason(error))")
        }
        return PrecisionRecallReport(
            path: path, title: "\(report.representation), \(report.window) samples", all: part(report.all),
            byLabelCount: report.byLabelCount.map(part), recordings: report.recordings.map(part))
    }

    private func part(_ subset: ModelReport.Subset) -> PrecisionRecallReport.Part {
        PrecisionRecallReport.Part(
            name: subset.name, recall: subset.recallCurve, precision: subset.precisionCurve,
            averagePrecision: subset.averagePrecision)
    }
}
