import ArgumentParser
import ModelFigures
import Networks

struct PlotFilters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filters",
        abstract: "Plot learned filters in time and frequency (the paper's Figures 1 and 3).",
        discussion: """
            Each row shows a filter of the first layer: all weights, a magnified excerpt of their middle, and their \
            magnitude spectrum up to --highest.
            """)

    @Argument(help: "The model (default: the default model of this build or installation).")
    var model: String?
    @Option(help: ArgumentHelp("Number of filters to draw.", valueName: "n")) var count = 10
    @Option(
        help: """
            sorted spaces the filters evenly by dominant frequency, random draws them with --seed, strongest takes \
            those with the largest norms.
            """)
    var select: FilterSelection = .sorted
    @Option(help: "Random seed of --select random.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Upper end of the spectra.", valueName: "Hz")) var highest = 3500.0
    @OptionGroup var output: PlotOutput

    func validate() throws {
        if !(1...64).contains(count) { throw ValidationError("--count must be between 1 and 64.") }
        if !(100...96_000).contains(highest) { throw ValidationError("--highest must be between 100 and 96000 Hz.") }
    }

    func run() throws {
        try Self.reporting {
            let path = try model ?? ModelLookup.find()
            let model = try Model(contentsOf: path)
            let filters = try model.learnedFilters(path: path)
            let chosen = select.choose(count, from: filters, seed: seed)
            try output.write(
                FilterFigure.figure(
                    chosen, model: model.info.name, sampleRate: Double(model.info.sampleRate), highest: highest,
                    remark: "\(chosen.count) of \(filters.count) filters: \(explanation)."))
        }
    }

    private var explanation: String {
        switch select {
        case .sorted: "evenly spaced by dominant frequency"
        case .random: "drawn at random, seed \(seed)"
        case .strongest: "those with the largest norms, in descending order"
        }
    }
}
