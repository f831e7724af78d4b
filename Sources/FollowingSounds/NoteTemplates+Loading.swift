import Basics
import Following
import Foundation
import Sound

extension NoteTemplates {
    /// Takes the sounds of the notes from the cache, and renders the others on all cores.
    ///
    /// Measured with FluidR3_GM on two cores: 152 notes of four instruments in 0.6 s, from the cache in 10 ms.
    ///
    /// - Parameters:
    ///   - notes: programs and pitches outside 0...127 are ignored.
    ///   - cache: nil to store nothing.
    ///   - progress: called on this thread with the completed share, 0...1. Its errors end the work.
    /// - Throws: `FollowingError.noSounds`, and the errors of `progress`.
    public init(
        _ notes: Set<Key>, sounds: NoteSounds, cache: TemplateCache?, progress: (Double) throws -> Void = { _ in }
    ) throws {
        let table = TemplateAges()
        let bands = FrequencyBands(window: SlidingSpectrum.window).count
        let wanted =
            notes
            .filter { (0..<128).contains($0.program) && (0..<128).contains($0.pitch) }
            .sorted { ($0.program, $0.pitch) < ($1.program, $1.pitch) }
            .map { (key: $0, program: sounds.program($0.program)) }
        var sheets: [Int: TemplateSheet] = [:]
        var tasks: [NoteTask] = []
        for (program, notes) in Dictionary(grouping: wanted, by: \.program).sorted(by: { $0.key < $1.key }) {
            sheets[program] = cache?.read(sounds, program: program, table: table, bands: bands)
            if sheets[program] == nil { tasks.append(NoteTask(program: program, pitch: nil)) }
            let missing = Set(notes.map(\.key.pitch)).filter { sheets[program]?.notes[$0] == nil }
            tasks += missing.sorted().map { NoteTask(program: program, pitch: $0) }
        }
        try progress(0)
        let results = try FanOut().map(
            tasks, worker: { Result { try NoteRenderer(sounds, table: table) } },
            progress: { done, _ in try progress(Double(done) / Double(tasks.count)) }
        ) { renderer, task in
            do { return try task.values(renderer.get()) } catch { throw FollowingError.noSounds(reason: "\(error)") }
        }
        for (task, values) in zip(tasks, results) {
            var sheet = sheets[task.program] ?? TemplateSheet(release: 0, notes: [:])
            if let pitch = task.pitch { sheet.notes[pitch] = values } else { sheet.release = values[0] }
            sheets[task.program] = sheet
        }
        for program in Set(tasks.map(\.program)) {
            guard let sheet = sheets[program] else { continue }
            cache?.write(sheet, of: sounds, program: program, table: table, bands: bands)
        }
        self.init(bands: bands, table: table, sheets: sheets, notes: wanted)
        try progress(1)
    }
}

/// A note to render, or, without a pitch, a program whose release is to be measured.
private struct NoteTask: Sendable {
    var program: Int
    var pitch: Int?

    /// - Returns: the powers of a note, or the release in seconds as the only value.
    /// - Throws: `SynthesisError`.
    func values(_ renderer: NoteRenderer) throws -> [Float] {
        guard let pitch else { return [try renderer.release(program: program)] }
        return try renderer.powers(program: program, pitch: pitch)
    }
}
