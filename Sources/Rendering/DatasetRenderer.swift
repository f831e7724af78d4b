import Basics
import Foundation
import Music
import Sound
import Synthesis

/// Renders a dataset: a folder of `clip-NNNNNN.wav` (16 bits, one channel, 44.1 kHz) beside `clip-NNNNNN.csv` (MusicNet's columns and
/// and `manifest.jsonl`, a line of JSON for each clip that says how it was made.
///
/// A clip is there whole or not at all; a run that was interrupted goes on where it stopped. The clips depend on the
/// recipe, the seed, the input files, and the soundfonts, not on the number of jobs.
public struct DatasetRenderer: Sendable {
    /// What to render from and where to.
    public struct Job: Sendable {
        public var recipe: RenderRecipe
        /// Folders or files, each with the licence its pieces are under.
        public var inputs: [(path: String, licence: String)]
        public var output: String
        /// Number of clips; the recipe's if nil.
        public var count: Int?
        /// The recipe's if nil.
        public var seed: UInt64?
        /// Threads at work.
        public var jobs = 2
        /// Searched before the system's folders.
        public var soundFontFolders: [String] = []
        /// Fold of pieces to leave out, 0...9.
        public var holdoutFold: Int?
        /// The only fold of pieces to take.
        public var onlyFold: Int?

        public init(recipe: RenderRecipe, inputs: [(path: String, licence: String)], output: String) {
            self.recipe = recipe
            self.inputs = inputs
            self.output = output
        }
    }

    /// How far a run has come.
    public struct Progress: Sendable {
        /// Clips that are there, and clips that there will be.
        public var done: Int
        public var count: Int
        /// Seconds of audio rendered in this run.
        public var rendered: Double
        /// Seconds since this run began to render.
        public var elapsed: Double
    }

    private let composer: ClipComposer
    private let shelf: SoundFontShelf
    private let output: String
    /// Number of clips that there will be.
    public let count: Int
    private let jobs: Int
    /// A sentence for each input file and soundfont that was left out.
    public let warnings: [String]

    /// Looks at inputs and soundfonts; loads each soundfont once to see what it has.
    ///
    /// - Throws: `RenderingError`, `SynthesisError`.
    public init(_ job: Job) throws {
        let folders = job.inputs.map { RenderSource.Folder(path: $0.path, licence: $0.licence) }
        let catalogue = try RenderCatalogue(
            folders: folders, withoutFold: job.holdoutFold, onlyFold: job.onlyFold)
        var warnings = catalogue.warnings
        let library = SoundFontLibrary(folders: job.soundFontFolders)
        let shelf = SoundFontShelf()
        var fonts: [ClipComposer.SoundFont] = []
        for choice in job.recipe.soundfonts where choice.weight > 0 {
            guard let path = library.path(of: choice.file) else {
                warnings.append("There is no soundfont '\(choice.file)': it is left out (see --soundfont-dir).")
                continue
            }
            let programs = Set(try shelf.presets(path).filter { $0.bank == 0 }.map(\.program))
            for (program, octaves) in try Self.mistuned(shelf, path, programs, job.recipe)
            where (choice.transpose ?? 0) != -12 * octaves {
                warnings.append(
                    "'\(choice.file)' sounds \(12 * octaves) semitones above its keys (program \(program)): give it "
                        + "\"transpose\": \(-12 * octaves) in the recipe, or labels will be wrong.")
            }
            fonts.append(
                .init(
                    file: choice.file, path: path, weight: choice.weight, programs: programs,
                    transpose: choice.transpose ?? 0))
        }
        guard !fonts.isEmpty else { throw RenderingError.nothingToRender("none of the recipe's soundfonts is there") }
        let seed = job.seed ?? job.recipe.seed
        composer = ClipComposer(
            recipe: job.recipe, seed: seed, catalogue: catalogue, soundfonts: fonts,
            fingerprint: Self.fingerprint(job.recipe, seed, catalogue, fonts))
        self.shelf = shelf
        output = job.output
        count = job.count ?? job.recipe.count
        jobs = max(1, job.jobs)
        self.warnings = warnings
    }

    /// The programs that the recipe may use and that sound octaves off their keys.
    private static func mistuned(
        _ shelf: SoundFontShelf, _ path: String, _ programs: Set<Int>, _ recipe: RenderRecipe
    ) throws -> [(program: Int, octaves: Int)] {
        let pianos = Set(recipe.pianoPrograms.keys.compactMap { Int($0) })
        let orchestra = recipe.voicings.contains { $0.key != "piano" && $0.value > 0 }
        let used = programs.intersection(pianos.union(orchestra ? Instrument.orchestra.map(\.program) : []))
        return try used.sorted().compactMap { program in
            let octaves = PatchTuning.octaves(try shelf.synthesizer(path), program: program) ?? 0
            return octaves == 0 ? nil : (program, octaves)
        }
    }

    private static func fingerprint(
        _ recipe: RenderRecipe, _ seed: UInt64, _ catalogue: RenderCatalogue, _ fonts: [ClipComposer.SoundFont]
    ) -> String {
        var recipe = recipe
        // More clips of the same kind may be asked for later.
        recipe.count = 1
        let text =
            ((try? recipe.canonicalJSON) ?? "") + "\(seed)"
            + catalogue.sources.map { $0.name + String($0.duration) }.joined(separator: "\n")
            + fonts.map(\.file).joined(separator: "\n")
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    /// Renders what is missing. Blocking work on `jobs` threads.
    ///
    /// - Parameter progress: called on this thread after each clip.
    /// - Throws: `RenderingError`, `SynthesisError`, `SoundError`, `MusicError`; clips finished by then remain.
    public func run(progress: (Progress) -> Void) throws {
        let manifest = try Manifest(folder: output, fingerprint: composer.fingerprint)
        let missing = (0..<count).filter { !manifest.isFinished(ClipComposer.name($0)) }
        let began = Clock.seconds
        var rendered = 0.0
        _ = try FanOut(threads: jobs).map(
            missing, worker: { ClipRenderer(seed: composer.seed, shelf: shelf) },
            progress: { done, seconds in
                rendered += seconds
                progress(
                    Progress(
                        done: count - missing.count + done, count: count, rendered: rendered,
                        elapsed: Clock.seconds - began))
            }
        ) { renderer, index in try render(index, with: renderer, manifest) }
        try manifest.sort()
    }

    /// - Returns: seconds of audio.
    private func render(_ index: Int, with renderer: ClipRenderer, _ manifest: Manifest) throws -> Double {
        let (plan, voices) = try composer.compose(index)
        guard let font = composer.soundfonts.first(where: { $0.file == plan.soundfont }) else { return 0 }
        let clip = try renderer.render(
            plan, voices: voices, soundFont: font.path, transpose: font.transpose, index: index)
        let base = output + "/" + plan.name
        try clip.labels.write(to: base + ".csv", format: .musicNetWithVelocity)
        // The audio comes last and under another name until it is complete: a reader never sees half a clip.
        let temporary = output + "/." + plan.name + ".part"
        try AudioFileWriter.write(clip.samples, to: temporary)
        guard rename(temporary, base + ".wav") == 0 else {
            throw RenderingError.cannotWrite(path: base + ".wav", reason: String(cString: strerror(errno)))
        }
        try manifest.append(plan)
        return plan.seconds
    }
}
