import ArgumentParser
import Figures
import Foundation
import ModelFigures
import Terminal

struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Draw figures as SVG: training runs, learned filters, precision-recall curves, confidence, distributions, following.",
        discussion: "docs/figures.md says what each of them draws, with examples.",
        subcommands: [
            PlotTraining.self, PlotFilters.self, PlotCurves.self, PlotReliability.self, PlotLookahead.self,
            PlotNotes.self,
            PlotFollowing.self,
        ])
}

/// What every figure's command line shares.
struct PlotOutput: ParsableArguments {
    @Option(help: "Where the figure goes: X.svg, or - for standard output.") var out: String
    @Option(help: "auto (light, or dark where the viewer's system is), light or dark.") var theme: Theme = .auto

    func validate() throws {
        guard out == "-" || out.lowercased().hasSuffix(".svg") else {
            throw ValidationError("--out \(out) should end in .svg, or be - for standard output.")
        }
    }

    func write(_ figure: Figure) throws {
        let document = try figure.document(theme: theme)
        guard out == "-" else { return try document.write(to: out) }
        Descriptor.ignoreBrokenPipes()
        try Descriptor.write(
            Array(document.text.utf8), to: STDOUT_FILENO, operation: "write the figure to standard output")
    }
}

extension Theme: ExpressibleByArgument {}
extension FilterSelection: ExpressibleByArgument {}
