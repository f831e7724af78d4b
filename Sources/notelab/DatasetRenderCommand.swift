import ArgumentParser
import Foundation
import Rendering
import Terminal

struct DatasetRender: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Render MIDI performances and scores to audio with labels.",
        discussion: """
            The recipe says what is drawn at random for each clip: instruments, soundfont, tempo, room, noise, level. Models/recipes
            has examples, docs/rendering.md explains every key. A run that was interrupted goes on where it stopped.
            """)

    @Option(help: "The recipe, a JSON file.") var recipe: String
    @Option(help: "A folder of MIDI files (or a file), and after a colon the licence they are under. May be repeated.")
    var input: [String]
    @Option(help: "Folder for the clips; made if missing.") var out: String
    @Option(help: "Number of clips (default: the recipe's).") var count: Int?
    @Option(help: "Seed of all random draws (default: the recipe's).") var seed: UInt64?
    @Option(help: "Clips rendered at the same time.") var jobs = 2
    @Option(help: "Folder searched for soundfonts before the system's. May be repeated.") var soundfontDir: [String] =
        []
    @Option(help: "Leave out the pieces of this tenth (0 to 9) of the inputs.") var holdoutFold: Int?
    @Option(help: "Take only the pieces of this tenth (0 to 9) of the inputs.") var onlyFold: Int?

    func validate() throws {
        if input.isEmpty { throw ValidationError("Name at least one --input.") }
        if let count, count < 1 { throw ValidationError("--count should be at least 1.") }
        if !(1...256).contains(jobs) { throw ValidationError("--jobs should lie between 1 and 256.") }
        for fold in [holdoutFold, onlyFold] {
            if let fold, !(0...9).contains(fold) { throw ValidationError("A fold is a number from 0 to 9.") }
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
            for warning in renderer.warnings { Self.say(warning) }
            var line = ProgressLine("render", total: Double(renderer.count), unit: .count("clips"))
            var done = 0.0
            try renderer.run { progress in
                done = Double(progress.done)
                line.update(done, remark: "\(Int(progress.rendered / max(progress.elapsed, 1e-3)))x real time")
            }
            line.finish(done)
        }
    }

    /// "folder:licence"; a path may hold colons of its own as long as it exists.
    private static func split(_ input: String) -> (path: String, licence: String) {
        guard !FileManager.default.fileExists(atPath: input), let colon = input.firstIndex(of: ":") else {
            return (input, "not stated")
        }
        return (String(input[..<colon]), String(input[input.index(after: colon)...]))
    }
}
