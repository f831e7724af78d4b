import Foundation
import Music
import Sound
import Synthesis
import Testing

@testable import Rendering

/// A temporary folder with two small pieces, removed after the test.
private final class TemporaryDataset {
    let path = NSTemporaryDirectory() + "render-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: path + "/midi", withIntermediateDirectories: true)
        // One piece has dynamics, the other none.
        let scale = (0..<60).map { index in
            Note(
                pitch: 48 + (index * 7) % 37, start: Double(index) * 0.2, end: Double(index) * 0.2 + 0.3,
                velocity: 40 + (index * 13) % 60)
        }
        try MIDIFile(notes: scale).write(to: path + "/midi/played.mid")
        let flat = scale.map { Note(pitch: $0.pitch, start: $0.start, end: $0.end, velocity: 64, program: 40) }
        try MIDIFile(notes: flat).write(to: path + "/midi/score.mid")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func job(_ output: String, count: Int = 3) -> DatasetRenderer.Job {
        var recipe = RenderRecipe(name: "test", soundfonts: [.init(file: "TimGM6mb.sf2", weight: 1)])
        recipe.excerptSeconds = ValueRange(2, 2)
        recipe.voicings = ["piano": 1, "solo": 1]
        var job = DatasetRenderer.Job(
            recipe: recipe, inputs: [(path + "/midi", "CC0")], output: path + "/" + output)
        job.count = count
        job.jobs = 1
        return job
    }

    func contents(_ output: String) throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path + "/" + output) {
            result[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + output + "/" + name))
        }
        return result
    }
}

@Suite struct RenderingTests {
    /// Clips must not depend on FluidSynth's state after earlier clips, the number of threads, or interruptions.
    @Test func clipsDependOnlyOnTheRecipe() throws {
        let dataset = try TemporaryDataset()
        try DatasetRenderer(dataset.job("one")).run { _ in }
        var parallel = dataset.job("two")
        parallel.jobs = 3
        try DatasetRenderer(parallel).run { _ in }
        try DatasetRenderer(dataset.job("three", count: 1)).run { _ in }
        try DatasetRenderer(dataset.job("three")).run { _ in }
        let one = try dataset.contents("one")
        #expect(one.count == 7)
        for folder in ["two", "three"] {
            let other = try dataset.contents(folder)
            #expect(Set(other.keys) == Set(one.keys))
            for (name, data) in one { #expect(other[name] == data, "\(folder)/\(name)") }
        }
        var other = dataset.job("four")
        other.seed = 99
        try DatasetRenderer(other).run { _ in }
        #expect(try dataset.contents("four")["clip-000000.wav"] != one["clip-000000.wav"])
    }

    @Test func resumesAndRejectsAnotherRecipe() throws {
        let dataset = try TemporaryDataset()
        try DatasetRenderer(dataset.job("out", count: 2)).run { _ in }
        let file = dataset.path + "/out/clip-000000.wav"
        let before = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
        let reports = Reports()
        try DatasetRenderer(dataset.job("out", count: 3)).run { reports.add($0.done) }
        #expect(reports.all == [3])
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date == before)
        var other = dataset.job("out", count: 3)
        other.recipe.detuneCents = ValueRange(0, 0)
        let renderer = try DatasetRenderer(other)
        #expect(throws: RenderingError.differentDataset(path: dataset.path + "/out")) {
            try renderer.run { _ in }
        }
    }

    @Test func clipsMatchTheManifest() throws {
        let dataset = try TemporaryDataset()
        var job = dataset.job("out", count: 8)
        job.recipe.voicings = ["piano": 1, "split": 1, "as_written": 1, "solo": 1]
        try DatasetRenderer(job).run { _ in }
        let manifest = try String(contentsOfFile: dataset.path + "/out/manifest.jsonl", encoding: .utf8)
        let plans = try manifest.split(separator: "\n").map {
            try JSONDecoder().decode(ClipPlan.self, from: Data($0.utf8))
        }
        #expect(plans.map(\.name) == plans.map(\.name).sorted())
        #expect(Set(plans.map(\.voicing)).count >= 3)
        for plan in plans {
            let samples = try AudioFileReader.readAll(path: "\(dataset.path)/out/\(plan.name).wav")
            let labels = try LabelFile(path: "\(dataset.path)/out/\(plan.name).csv").labels.map(\.note)
            #expect(abs(Double(samples.count) / 44_100 - plan.seconds) < 1e-3)
            let peak = samples.reduce(0) { max($0, abs($1)) }
            #expect(abs(20 * log10(Double(peak)) - plan.peakDBFS) < 0.1)
            #expect(labels.count == plan.notes)
            #expect(labels.allSatisfy { (21...108).contains($0.pitch) && $0.end > $0.start })
            #expect(Set(labels.map(\.program)).isSubset(of: Set(plan.programs)))
            #expect(plan.licence == "CC0")
        }
    }

    /// Labels of single notes start where the audio exceeds the threshold.
    @Test(arguments: [0, 40, 48, 73])
    func labelsStartWhenNotesBecomeAudible(program: Int) throws {
        let path = try #require(SoundFontLibrary().path(of: "TimGM6mb.sf2"))
        let pitches = [60, 67, 72, 76, 84]
        let notes = pitches.enumerated().map { index, pitch in
            Note(pitch: pitch, start: 0.5 + Double(index), end: 1 + Double(index), velocity: 80)
        }
        let plan = ClipPlan.plain(seconds: 6, programs: [program])
        let clip = try ClipRenderer(seed: 1, shelf: SoundFontShelf()).render(
            plan, voices: [Voice(program: program, notes: notes)], soundFont: path, index: 0)
        for (label, note) in zip(clip.labels.labels.map(\.note), notes) {
            let lag = label.start - note.start
            #expect(lag > -0.001 && lag < AttackLag.maximum + 0.001)
            if program == 0 { #expect(lag < 0.01) }
            // Bowed and blown notes decay as slowly as they start.
            #expect(abs(label.end - note.end - (Bowing.suits(program: program) ? lag : 0)) < 0.0015)
            // The first sample above the threshold, relative to the peak within 0.3 s, is at the label.
            let from = Int((note.start - 0.002) * 44_100)
            let window = clip.samples[from..<from + 13_230].map(abs)
            let share = Bowing.suits(program: program) ? Bowing.threshold : AttackLag.threshold
            let level = share * (window.max() ?? 0)
            let loud = try #require(window.firstIndex { $0 >= level })
            // The table contains every fourth key and two velocities, and is interpolated in between.
            #expect(abs(Double(from + loud) / 44_100 - label.start) < (program == 0 ? 0.004 : 0.02))
        }
    }

    @Test func pedalExtendsTheAudioButNotTheLabel() throws {
        let path = try #require(SoundFontLibrary().path(of: "TimGM6mb.sf2"))
        func energy(pedal: Bool) throws -> (Double, Float) {
            var voice = Voice(program: 0, notes: [Note(pitch: 60, start: 0, end: 0.3, velocity: 90)])
            if pedal { voice.pedals = [.init(time: 0, number: 64, value: 127)] }
            let clip = try ClipRenderer(seed: 1, shelf: SoundFontShelf()).render(
                ClipPlan.plain(seconds: 2, programs: [0]), voices: [voice], soundFont: path, index: 0)
            return (clip.labels.labels[0].note.end, clip.samples[66_150..<88_200].reduce(0) { $0 + $1 * $1 })
        }
        let (dry, held) = (try energy(pedal: false), try energy(pedal: true))
        #expect(abs(dry.0 - 0.3) < 0.001 && held.0 == dry.0)
        #expect(held.1 > 100 * dry.1)
    }

    /// A soundfont that sounds an octave high is played an octave lower, with labels at sounding pitch.
    @Test func transposedSoundFontsMatchTheirLabels() throws {
        let path = try #require(SoundFontLibrary().path(of: "TimGM6mb.sf2"))
        func render(_ pitch: Int, transpose: Int) throws -> ClipRenderer.Clip {
            let voice = Voice(program: 0, notes: [Note(pitch: pitch, start: 0, end: 0.5, velocity: 90)])
            return try ClipRenderer(seed: 1, shelf: SoundFontShelf()).render(
                ClipPlan.plain(seconds: 1, programs: [0]), voices: [voice], soundFont: path, transpose: transpose,
                index: 0)
        }
        let (plain, moved) = (try render(48, transpose: 0), try render(60, transpose: -12))
        #expect(plain.samples == moved.samples)
        #expect(moved.labels.labels.map(\.note.pitch) == [60])
        #expect(try render(24, transpose: -12).labels.labels.isEmpty)
    }

    /// The room's delay shifts the audio but not the labels.
    @Test func distanceDelaysTheAudio() throws {
        let path = try #require(SoundFontLibrary().path(of: "TimGM6mb.sf2"))
        func render(_ delay: Double) throws -> ClipRenderer.Clip {
            var plan = ClipPlan.plain(seconds: 1, programs: [0])
            plan.room = .init(decaySeconds: 0.3, wetDB: -10, delayMS: delay)
            let voice = Voice(program: 0, notes: [Note(pitch: 60, start: 0.2, end: 0.5, velocity: 90)])
            return try ClipRenderer(seed: 1, shelf: SoundFontShelf()).render(
                plan, voices: [voice], soundFont: path, index: 0)
        }
        let (near, far) = (try render(0), try render(20))
        #expect(near.labels.labels == far.labels.labels)
        #expect(far.samples.count == near.samples.count)
        let shifted = zip(near.samples, far.samples.dropFirst(882)).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(shifted < 0.02)
    }

    @Test func missingInputsAreNamed() throws {
        let dataset = try TemporaryDataset()
        var job = dataset.job("out")
        job.recipe.soundfonts = [.init(file: "none.sf2", weight: 1)]
        #expect(throws: RenderingError.nothingToRender("none of the recipe's soundfonts was found")) {
            _ = try DatasetRenderer(job)
        }
        job.recipe.soundfonts.append(.init(file: "TimGM6mb.sf2", weight: 1))
        #expect(try DatasetRenderer(job).warnings.first?.contains("none.sf2") == true)
        job.inputs = [("/nowhere", "")]
        #expect(throws: RenderingError.missingInput(path: "/nowhere", reason: "there is no such file or folder")) {
            _ = try DatasetRenderer(job)
        }
    }

    @Test func invalidMIDIFilesAreSkippedWithAWarning() throws {
        let dataset = try TemporaryDataset()
        try Data("no music".utf8).write(to: URL(fileURLWithPath: dataset.path + "/midi/bad.mid"))
        let warnings = try DatasetRenderer(dataset.job("out")).warnings
        #expect(warnings.count == 1 && warnings[0].contains("bad.mid"))
    }

    @Test func foldsPartitionThePieces() throws {
        let names = (0..<2_000).map { "folder/piece \($0).mid" }
        let counts = Dictionary(grouping: names, by: RenderSource.fold).mapValues(\.count)
        #expect(Set(counts.keys) == Set(0..<10))
        #expect(counts.values.allSatisfy { (150...250).contains($0) })
        // The fold of a piece must never change.
        #expect(RenderSource.fold(of: "giantmidi/Ravel__Maurice__Jeux_d_eau__v-QmwrhO3ec.mid") == 0)
        let dataset = try TemporaryDataset()
        let fold = RenderSource.fold(of: "midi/played.mid")
        let folder = RenderSource.Folder(path: dataset.path + "/midi", licence: "")
        let only = try RenderCatalogue(folders: [folder], withoutFold: nil, onlyFold: fold)
        #expect(only.sources.contains { $0.name == "midi/played.mid" })
        let without = try? RenderCatalogue(folders: [folder], withoutFold: fold, onlyFold: nil)
        #expect(without?.sources.contains { $0.name == "midi/played.mid" } != true)
    }
}

/// Collects the values passed to a progress closure.
private final class Reports: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Int] = []
    var all: [Int] { lock.withLock { values } }
    func add(_ value: Int) { lock.withLock { values.append(value) } }
}

extension ClipPlan {
    /// Without tone, room and noise.
    fileprivate static func plain(seconds: Double, programs: [Int]) -> ClipPlan {
        ClipPlan(
            name: "plain", source: "", licence: "", voicing: .piano, soundfont: "", programs: programs, excerptStart: 0,
            seconds: seconds, tempoFactor: 1, transpose: 0, detuneCents: 0, peakDBFS: -1, tiltDB: 0, peaks: [],
            lowPassHz: nil, room: nil, noise: nil, notes: 0, fingerprint: "")
    }
}
