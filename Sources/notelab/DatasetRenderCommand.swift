import ArgumentParser
import Foundation
import Rendering
import Terminal

struct DatasetRender: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Render MIDI files to audio with labels.",
        discussion: """
            The recipe defines the random choices for each clip: instruments, soundfont, tempo, room, noise, level. \
            See Models/recipes for examples and docs/rendering.md for all keys. An interrupted run continues when you \
            run it again.
            """)

    @Option(help: ArgumentHelp("The rendering recipe.", valueName: "x.json")) var recipe: String
    @Option(
        help: ArgumentHelp(
            "MIDI file or folder, optionally with its licence. May be repeated.", valueName: "path[:licence]"))
    var input: [String]
    @Option(help: ArgumentHelp("Folder for the clips; created if missing.", valueName: "folder")) var out: String
    @Option(help: ArgumentHelp("Number of clips (default: the recipe's).", valueName: "n")) var count: Int?
    @Option(help: "Random seed (default: the recipe's).") var seed: UInt64?
    @Option(help: ArgumentHelp("Clips to render in parallel.", valueName: "n")) var jobs = 2
    @Option(
        help: ArgumentHelp(
            "Folder to search for soundfonts before the system's. May be repeated.", valueName: "folder"))
    var soundfontDir: [String] = []
    @Option(help: ArgumentHelp("Exclude the pieces in this tenth of the inputs, 0 to 9.", valueName: "fold"))
    var holdoutFold: Int?
    @Option(help: ArgumentHelp("Use only the pieces in this tenth of the inputs, 0 to 9.", valueName: "fold"))
    var onlyFold: Int?

    func validate() throws {
        if input.isEmpty { throw ValidationError("Name at least one --input.") }
        if let count, count < 1 { throw ValidationError("--count must be at least 1.") }
        if !(1...256).contains(jobs) { throw ValidationError("--jobs must be between 1 and 256.") }
        for fold in [holdoutFold, onlyFold] {
            if let fold, !(0...9).contains(fold) { throw ValidationError("A fold must be a number from 0 to 9.") }
        }
    }

    func run() throws {
        try Self.reporting {
            var job = DatasetRenderer.Job(
                recipe: try RenderRecipe(path: recipe), inputs: input.map(Self.split), output: out)
            job.count = count
            job.seed = seed
            job.jobs = jobs
            job.soundFontFolders = soundfontDir
            job.holdoutFold = holdoutFold
            job.onlyFold = onlyFold
            let renderer = try DatasetRenderer(job)
            for warning in renderer.warnings { Self.log(warning) }
            var line = ProgressLine("render", total: Double(renderer.count), unit: .count("clips"))
            var done = 0.0
            try renderer.run { progress in
                done = Double(progress.done)
                line.update(done, remark: "\(Int(progress.rendered / max(progress.elapsed, 1e-3)))x real time")
            }
            line.finish(done)
        }
    }

    /// Splits "path:licence". An existing path may itself contain colons.
    private static func split(_ input: String) -> (path: String, licence: String) {
        guard !FileManager.default.fileExists(atPath: input), let colon = input.firstIndex(of: ":") else {
            return (input, "not stated")
        }
        return (String(input[..<colon]), String(input[input.index(after: colon)...]))
    }
}
