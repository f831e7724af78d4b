import ArgumentParser
import ModelFigures
import Networks

struct PlotFilters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filters",
        abstract: "Learned filters in time, magnified, and in frequency (the paper's Figures 1 and 3).",
        discussion: """
            Each row is a filter of the first layer: all its weights, their middle magnified, and the magnitudes of their \
            Fourier transform up to --highest.
            """)

    @Argument(help: "The model (default: default.safetensors in Models above this program, or installed).")
    var model: String?
    @Option(help: "Filters drawn.") var count = 10
    @Option(
        help: """
            Which: sorted (evenly over all, by dominant frequency), random (drawn by --seed), or strongest (largest norms).
            """)
    var select: FilterSelection = .sorted
    @Option(help: "Seed of --select random.") var seed: UInt64 = 1
    @Option(help: "Where the spectra are cut off, in Hz.") var highest = 3500.0
    @OptionGroup var output: PlotOutput

    func validate() throws {
        if !(1...64).contains(count) { throw ValidationError("--count should lie between 1 and 64.") }
        if !(100...96_000).contains(highest) { throw ValidationError("--highest should lie between 100 and 96000 Hz.") }
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
        case .sorted: "evenly chosen in the order of their dominant frequencies"
        case .random: "drawn at random, seed \(seed)"
        case .strongest: "those with the largest norms, the largest first"
        }
    }
}
