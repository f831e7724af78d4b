import ArgumentParser
import Figures
import Foundation
import ModelFigures
import Terminal

struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw figures of models, datasets, training runs and score following.",
        discussion: "Figures are SVG. See docs/figures.md for descriptions and examples.",
        subcommands: [
            PlotTraining.self, PlotFilters.self, PlotCurves.self, PlotReliability.self, PlotLookahead.self,
            PlotNotes.self, PlotFollowing.self,
        ])
}

/// The output options of all figures.
struct PlotOutput: ParsableArguments {
    @Option(help: ArgumentHelp("File for the figure, or - for standard output.", valueName: "x.svg")) var out: String
    @Option(help: "Colours; auto follows the viewer's system.") var theme: Theme = .auto

    func validate() throws {
        guard out == "-" || out.lowercased().hasSuffix(".svg") else {
            throw ValidationError("--out \(out) must end in .svg, or be - for standard output.")
        }
    }

    func write(_ figure: Figure) throws {
        let document = try figure.document(theme: theme)
        guard out == "-" else { return try document.write(to: out) }
        Descriptor.ignoreWriteSignals()
        try Descriptor.write(
            Array(document.text.utf8), to: STDOUT_FILENO, operation: "write the figure to standard output")
    }
}

extension Theme: ExpressibleByArgument {}
extension FilterSelection: ExpressibleByArgument {}
