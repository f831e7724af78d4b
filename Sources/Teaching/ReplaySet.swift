import Alignment
import Datasets
import Foundation
import Music
import Rendering
import Scores
import Synthesis
import Training

/// Rendered recordings of other instruments. Those for training keep the model from forgetting these instruments; the
/// held-out ones measure how much it forgot.
public struct ReplaySet: Sendable {
    /// Mixed into each batch.
    public var training: [DatasetFolder.Recording]
    /// Used for evaluation only.
    public var heldOut: [DatasetFolder.Recording]

    /// Number of clips rendered for training and for evaluation, 40 s each.
    public static let clips = (training: 48, heldOut: 12)
    /// Upper limit for the recordings used for evaluation: more would take longer than the training.
    static let evaluationLimit = 16

    /// Uses an existing dataset.
    ///
    /// - Parameters:
    ///   - folder: a dataset. Without `heldOut`, every tenth of its recordings is held out.
    ///   - heldOut: another dataset for the evaluation.
    /// - Throws: `DatasetError`; `TrainingError.emptyDataset` if there are too few recordings to hold any out.
    public init(folder: String, heldOut: String?) throws {
        let recordings = try DatasetFolder(path: folder).recordings
        if let heldOut {
            training = recordings
            self.heldOut = try Self.spread(DatasetFolder(path: heldOut).recordings, Self.evaluationLimit)
        } else {
            guard recordings.count > 1 else { throw TrainingError.emptyDataset(path: folder) }
            let held = Self.spread(recordings, min(Self.evaluationLimit, max(1, recordings.count / 10)))
            self.heldOut = held
            training = recordings.filter { !held.contains($0) }
        }
    }

    /// Selects at most `count` recordings, evenly spaced over the list.
    static func spread(_ recordings: [DatasetFolder.Recording], _ count: Int) -> [DatasetFolder.Recording] {
        guard recordings.count > count else { return recordings }
        return (0..<count).map { recordings[$0 * recordings.count / count] }
    }

    /// Renders clips with the installed soundfonts, on pianos and other instruments in many keys, tempos and rooms
    /// (see `DatasetRenderer`). Clips that are already in the folder are kept.
    ///
    /// The training clips are of the given scores, arranged for other instruments, and of synthetic pieces (see
    /// ``SyntheticPiece``). The held-out clips are of other synthetic pieces only and, if several soundfonts are
    /// installed, use one that no training clip uses. On music that it was trained on, a model improves no matter what
    /// it forgets.
    ///
    /// - Parameters:
    ///   - scores: the scores that the model is fine-tuned on, with a name for each.
    ///   - folder: where to put the clips; created if missing.
    ///   - jobs: number of clips rendered at the same time.
    ///   - report: receives the number of finished clips and their total.
    /// - Throws: `RenderingError`, `SynthesisError`, `SoundError`, `MusicError`, `DatasetError`;
    ///   `AlignmentError.noSoundFont`.
    public static func render(
        _ scores: [(name: String, score: Score)], into folder: String, seed: UInt64, jobs: Int,
        report: (Int, Int) -> Void
    ) throws -> ReplaySet {
        let library = SoundFontLibrary()
        var fonts = ["FluidR3_GM.sf2", "MuseScore_General.sf3", "TimGM6mb.sf2"].filter { library.path(of: $0) != nil }
        if fonts.isEmpty { fonts = SoundFontLibrary.generalMIDI.filter { library.path(of: $0) != nil } }
        guard let last = fonts.last else { throw AlignmentError.noSoundFont }
        let all = clips.training + clips.heldOut
        let pieces = scores.map { MIDIFile(notes: $0.score.performed(), name: $0.name) }
        let parts = [
            Part(
                name: "train", music: pieces + syntheticPieces(24, seed: seed),
                fonts: fonts.count > 1 ? fonts.dropLast() : fonts,
                count: clips.training, before: 0),
            Part(
                name: "heldout", music: syntheticPieces(clips.heldOut, seed: seed &+ 1000), fonts: [last],
                count: clips.heldOut, before: clips.training),
        ]
        for part in parts {
            try part.render(into: folder, seed: seed, jobs: jobs) { report($0, all) }
        }
        return try ReplaySet(folder: folder + "/train", heldOut: folder + "/heldout")
    }

    private static func syntheticPieces(_ count: Int, seed: UInt64) -> [MIDIFile] {
        (0..<count).map { index in
            MIDIFile(
                notes: SyntheticPiece(seed: seed &* 10_000 &+ UInt64(index), seconds: 60).notes,
                name: "study \(index + 1)")
        }
    }

    /// The clips for training or for evaluation.
    private struct Part {
        var name: String
        var music: [MIDIFile]
        var fonts: [String]
        var count: Int
        /// Number of clips that earlier parts have rendered.
        var before: Int

        func render(
            into folder: String, seed: UInt64, jobs: Int, report: (Int) -> Void
        ) throws {
            let files = FileManager.default
            let source = "\(folder)/music-\(name)"
            let output = "\(folder)/\(name)"
            // The folder may hold the scores of an earlier run.
            try? files.removeItem(atPath: source)
            do { try files.createDirectory(atPath: source, withIntermediateDirectories: true) } catch {
                throw RenderingError.cannotWrite(path: source, reason: error.localizedDescription)
            }
            for (index, file) in music.enumerated() { try file.write(to: "\(source)/\(index + 1).mid") }
            var recipe = RenderRecipe(
                name: "teach-\(name)", soundfonts: fonts.map { RenderRecipe.SoundFontChoice(file: $0, weight: 1) })
            recipe.count = count
            recipe.seed = seed
            recipe.voicings = ["piano": 0.2, "split": 0.2, "as_written": 0.4, "solo": 0.2]
            recipe.programsKept = 0.8
            var job = DatasetRenderer.Job(recipe: recipe, inputs: [(source, "as the scores")], output: output)
            job.jobs = jobs
            let renderer = try DatasetRenderer(job)
            do {
                try renderer.run { report(before + $0.done) }
            } catch RenderingError.differentDataset {
                try files.removeItem(atPath: output)
                try renderer.run { report(before + $0.done) }
            }
        }
    }
}
