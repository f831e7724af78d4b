import Alignment
import Datasets
import Foundation
import Music
import Rendering
import Scores
import Synthesis
import Training

/// Rendered recordings that keep a model from forgetting other instruments while it is taught, and tell whether it did.
public struct ReplaySet: Sendable {
    /// Mixed into the training.
    public var training: [DatasetFolder.Recording]
    /// Never trained on here.
    public var heldOut: [DatasetFolder.Recording]

    /// Clips that are made when there is no dataset, for training and for judging: 40 s each.
    public static let clips = (training: 48, heldOut: 12)
    /// Recordings that are judged by, at most: more would take longer than the teaching.
    static let judged = 16

    /// Takes a dataset that is there.
    ///
    /// - Parameters:
    ///   - folder: a dataset; every tenth recording of it is held out when there is no other folder for that.
    ///   - heldOut: another dataset, to judge by.
    /// - Throws: `DatasetError`; `TrainingError.emptyDataset`.
    public init(folder: String, heldOut: String?) throws {
        let recordings = try DatasetFolder(path: folder).recordings
        if let heldOut {
            training = recordings
            self.heldOut = try Self.spread(DatasetFolder(path: heldOut).recordings, Self.judged)
        } else {
            guard recordings.count > 1 else { throw TrainingError.emptyDataset(path: folder) }
            let held = Self.spread(recordings, min(Self.judged, max(1, recordings.count / 10)))
            self.heldOut = held
            training = recordings.filter { !held.contains($0) }
        }
    }

    /// So many, evenly from all of the list.
    static func spread(_ recordings: [DatasetFolder.Recording], _ count: Int) -> [DatasetFolder.Recording] {
        guard recordings.count > count else { return recordings }
        return (0..<count).map { recordings[$0 * recordings.count / count] }
    }

    /// Renders music with installed soundfonts, on pianos and other instruments in many keys, tempos and rooms (see
    /// `DatasetRenderer`). What is in the folder already is kept.
    ///
    /// Trained on are the scores that are learned from, dealt out to other instruments, and studies made up for the
    /// purpose (see ``SyntheticPiece``). Judged by are other studies alone, with a soundfont of their own where there are
    /// several: on the music that it learns from a model gets better whatever it forgets.
    ///
    /// - Parameters:
    ///   - scores: by a name for each.
    ///   - folder: made if missing.
    ///   - jobs: clips at a time.
    ///   - report: called with the clips that are there and those that there will be.
    /// - Throws: `RenderingError`, `SynthesisError`, `SoundError`, `MusicError`, `DatasetError`; `AlignmentError.noSoundFont`.
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

    /// The clips for one purpose.
    private struct Part {
        var name: String
        var music: [MIDIFile]
        var fonts: [String]
        var count: Int
        /// Clips of other parts that are there.
        var before: Int

        func render(
            into folder: String, seed: UInt64, jobs: Int, report: (Int) -> Void
        ) throws {
            let files = FileManager.default
            let source = "\(folder)/music-\(name)"
            let output = "\(folder)/\(name)"
            // What lies there may be of another course, with other scores.
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
