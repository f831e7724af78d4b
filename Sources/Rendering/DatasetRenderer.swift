import Basics
import Foundation
import Music
import Sound
import Synthesis

/// Renders a dataset: a folder of `clip-NNNNNN.wav` (16 bits, mono, 44.1 kHz), `clip-NNNNNN.csv` (MusicNet's columns
/// and velocity), and `manifest.jsonl` with a JSON object for each clip that records its plan.
///
/// A clip is either complete or absent, and an interrupted run can be resumed. The clips depend on the recipe, the
/// seed, the input files and the soundfonts, but not on the number of threads.
public struct DatasetRenderer: Sendable {
    /// The inputs and the output of a run.
    public struct Job: Sendable {
        public var recipe: RenderRecipe
        /// Folders or files, each with the licence of its pieces.
        public var inputs: [(path: String, licence: String)]
        public var output: String
        /// Number of clips; nil for the recipe's.
        public var count: Int?
        /// Nil for the recipe's.
        public var seed: UInt64?
        /// Number of threads.
        public var jobs = 2
        /// Folders to search for soundfonts before the system's.
        public var soundFontFolders: [String] = []
        /// Fold of pieces to exclude, 0...9.
        public var holdoutFold: Int?
        /// The only fold of pieces to include.
        public var onlyFold: Int?

        public init(recipe: RenderRecipe, inputs: [(path: String, licence: String)], output: String) {
            self.recipe = recipe
            self.inputs = inputs
            self.output = output
        }
    }

    /// Progress of a run.
    public struct Progress: Sendable {
        /// Number of finished clips, and the total.
        public var done: Int
        public var count: Int
        /// Seconds of audio rendered in this run.
        public var rendered: Double
        /// Seconds since rendering started in this run.
        public var elapsed: Double
    }

    private let composer: ClipComposer
    private let shelf: SoundFontShelf
    private let output: String
    /// Total number of clips.
    public let count: Int
    private let jobs: Int
    /// One sentence for each problem with an input file or soundfont.
    public let warnings: [String]

    /// Reads the inputs, and loads each soundfont once to list its programs and check their tuning.
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
                warnings.append("Soundfont '\(choice.file)' was not found and is ignored (see --soundfont-dir).")
                continue
            }
            let programs = Set(try shelf.presets(path).filter { $0.bank == 0 }.map(\.program))
            for (program, octaves) in try Self.mistuned(shelf, path, programs, job.recipe)
            where (choice.transpose ?? 0) != -12 * octaves {
                warnings.append(
                    "'\(choice.file)' sounds \(12 * octaves) semitones above its keys (program \(program)), so labels "
                        + "will be wrong: set its \"transpose\" to \(-12 * octaves) in the recipe.")
            }
            fonts.append(
                .init(
                    file: choice.file, path: path, weight: choice.weight, programs: programs,
                    transpose: choice.transpose ?? 0))
        }
        guard !fonts.isEmpty else { throw RenderingError.nothingToRender("none of the recipe's soundfonts was found") }
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

    /// The programs that the recipe may use and that sound octaves away from their keys.
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
        // A run may be extended by more clips later.
        recipe.count = 1
        let text =
            ((try? recipe.canonicalJSON) ?? "") + "\(seed)"
            + catalogue.sources.map { $0.name + String($0.duration) }.joined(separator: "\n")
            + fonts.map(\.file).joined(separator: "\n")
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    /// Renders the missing clips on `jobs` threads, and returns when all are done.
    ///
    /// - Parameter progress: called on the calling thread after each clip.
    /// - Throws: `RenderingError`, `SynthesisError`, `SoundError`, `MusicError`. Clips finished before the error
    ///   remain.
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

    /// - Returns: duration of the clip in seconds.
    private func render(_ index: Int, with renderer: ClipRenderer, _ manifest: Manifest) throws -> Double {
        let (plan, voices) = try composer.compose(index)
        guard let font = composer.soundfonts.first(where: { $0.file == plan.soundfont }) else { return 0 }
        let clip = try renderer.render(
            plan, voices: voices, soundFont: font.path, transpose: font.transpose, index: index)
        let base = output + "/" + plan.name
        try clip.labels.write(to: base + ".csv", format: .musicNetWithVelocity)
        // The audio is written last, and under a temporary name, so that a reader never sees an incomplete clip.
        let temporary = output + "/." + plan.name + ".part"
        try AudioFileWriter.write(clip.samples, to: temporary)
        guard rename(temporary, base + ".wav") == 0 else {
            throw RenderingError.cannotWrite(path: base + ".wav", reason: String(cString: strerror(errno)))
        }
        try manifest.append(plan)
        return plan.seconds
    }
}
