import Foundation
import Music

/// Draws the plans of clips: piece, excerpt, instruments, soundfont, room and so on. A plan depends only on the
/// recipe, the catalogue, the soundfonts, the seed and the clip's number.
struct ClipComposer: Sendable {
    /// An available soundfont and its General MIDI programs (bank 0).
    struct SoundFont: Sendable {
        var file: String
        var path: String
        var weight: Double
        var programs: Set<Int>
        /// Semitones from a note to the key that sounds at its pitch.
        var transpose = 0
    }

    let recipe: RenderRecipe
    let seed: UInt64
    let catalogue: RenderCatalogue
    let soundfonts: [SoundFont]
    let fingerprint: String
    /// Maximum number of attempts to draw an excerpt with enough notes.
    private static let attempts = 20
    /// Fewest notes in a minute for an acceptable excerpt.
    private static let sparsest = 20.0

    /// - Throws: `MusicError` if a piece has become unreadable since the catalogue was read;
    ///   `RenderingError.nothingToRender`.
    func compose(_ index: Int) throws -> (plan: ClipPlan, voices: [Voice]) {
        var random = RenderRandom(seed: seed, clip: index, stream: 0)
        var best: (ClipPlan, [Voice])?
        for _ in 0..<Self.attempts {
            guard let draft = try draft(index, random: &random) else { continue }
            if draft.0.notes > best?.0.notes ?? -1 { best = draft }
            if Double(draft.0.notes) >= Self.sparsest * draft.0.seconds / 60 { break }
        }
        guard let best else {
            throw RenderingError.nothingToRender("no excerpt of any piece fits the recipe and its soundfonts")
        }
        return best
    }

    private func draft(_ index: Int, random: inout RenderRandom) throws -> (ClipPlan, [Voice])? {
        let voicings = RenderRecipe.Voicing.allCases.map { ($0, recipe.voicings[$0.rawValue] ?? 0) }
        let voicing = random.choose(voicings) ?? .piano
        let strict = random.chance(recipe.scoreShare[voicing.rawValue] ?? 0)
        let drawn = catalogue.draw(strict: strict, random: &random)
        guard let source = drawn ?? catalogue.draw(strict: !strict, random: &random) else { return nil }
        var piece = Piece(MIDIPerformance(try MIDIFile(path: source.path)))
        let tempo = random.logUniform(recipe.tempoFactor)
        piece.scaleTempo(by: tempo)
        let length = random.uniform(recipe.excerptSeconds)
        let start = random.uniform(0, max(0, piece.duration - length))
        // A shorter piece makes a shorter clip, with some of its reverberation.
        let seconds = min(length, piece.duration + 1.5)
        piece = piece.excerpt(from: start, length: seconds)
        if source.isStrict {
            piece = Expression(random: &random).applied(to: piece, random: &random)
        }
        let transpose = Int(random.uniform(recipe.transposeSemitones).rounded())
        piece.transpose(by: transpose)
        guard let (font, drafts) = cast(piece, as: voicing, random: &random) else { return nil }
        let voices = drafts.map { articulate($0, random: &random).tidied(clip: seconds) }.filter { !$0.notes.isEmpty }
        let tone = recipe.tone
        let plan = ClipPlan(
            name: Self.name(index), source: source.name, licence: source.licence, voicing: voicing,
            soundfont: font.file,
            programs: voices.map(\.program), excerptStart: start, seconds: seconds, tempoFactor: tempo,
            transpose: transpose, detuneCents: random.uniform(recipe.detuneCents),
            peakDBFS: random.uniform(recipe.peakDBFS), tiltDB: random.uniform(tone.tiltDB),
            peaks: (0..<tone.peaks).map { _ in
                let frequency = random.logUniform(ValueRange(80, 8_000))
                return .init(frequency: frequency, gain: random.uniform(tone.peakGainDB))
            },
            lowPassHz: random.chance(tone.lowPassShare) ? random.logUniform(tone.lowPassHz) : nil,
            room: drawRoom(&random), noise: drawNoise(&random),
            bowing: recipe.bowing == RenderRecipe.Bowing() ? nil : recipe.bowing,
            synthetic: voices.contains(where: \.isSynthetic) ? voices.map(\.isSynthetic) : nil,
            sampleRate: drawSampleRate(&random),
            codecQuality: random.chance(recipe.medium.codecShare) ? random.uniform(recipe.medium.codecQuality) : nil,
            notes: voices.reduce(0) { $0 + $1.notes.count }, fingerprint: fingerprint)
        return (plan, voices)
    }

    /// The clip's name, such as "clip-000042".
    static func name(_ index: Int) -> String {
        let digits = String(index)
        return "clip-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// Assigns the notes to voices, and draws a soundfont that has all their programs.
    private func cast(
        _ piece: Piece, as voicing: RenderRecipe.Voicing, random: inout RenderRandom
    ) -> (SoundFont, [Voice])? {
        if voicing == .piano {
            let programs = recipe.pianoPrograms.compactMap { key, weight in Int(key).map { ($0, weight) } }
                .sorted { $0.0 < $1.0 }
            let able = soundfonts.filter { font in programs.contains { font.programs.contains($0.0) } }
            guard let font = random.choose(able.map { ($0, $0.weight) }),
                let program = random.choose(programs.filter { font.programs.contains($0.0) })
            else { return nil }
            var voices = Arranger.piano(piece, program: program)
            // No random number is drawn if all clips keep their pedals, so that earlier recipes still give the same
            // clips.
            if recipe.pedalShare < 1, !random.chance(recipe.pedalShare) {
                for index in voices.indices { voices[index].pedals = [] }
            }
            return (font, voices)
        }
        let voices =
            switch voicing {
            case .split: Arranger.split(piece, parts: recipe.splitParts, random: &random)
            case .solo: Arranger.solo(piece, random: &random)
            case .chords: Arranger.chords(piece, random: &random)
            default:
                Arranger.asWritten(piece, keepPrograms: random.chance(recipe.programsKept), random: &random)
            }
        let needed = Set(voices.map(\.program))
        let able = soundfonts.filter { needed.isSubset(of: $0.programs) }
        guard let font = random.choose(able.map { ($0, $0.weight) }) else { return nil }
        return (font, voices)
    }

    /// Draws how a bowed or blown voice is played. Disabled features draw no random numbers, so that earlier recipes
    /// still give the same clips.
    private func articulate(_ voice: Voice, random: inout RenderRandom) -> Voice {
        guard Bowing.suits(program: voice.program) else { return voice }
        let bowing = recipe.bowing
        var voice = voice
        if bowing.legatoShare > 0, random.chance(bowing.legatoShare) { voice = voice.legato() }
        if bowing.releaseOctaves != ValueRange(0, 0) { voice.release = random.uniform(bowing.releaseOctaves) }
        if bowing.syntheticShare > 0 { voice.isSynthetic = random.chance(bowing.syntheticShare) }
        return voice
    }

    private func drawRoom(_ random: inout RenderRandom) -> ClipPlan.RoomPlan? {
        let room = recipe.room
        guard random.chance(room.share) else { return nil }
        let (decay, wet) = (random.logUniform(room.decaySeconds), random.uniform(room.wetDB))
        let share = (wet - room.wetDB.low) / max(room.wetDB.high - room.wetDB.low, 1e-9) + random.uniform(-0.25, 0.25)
        let delay = room.delayMS.low + (room.delayMS.high - room.delayMS.low) * min(1, max(0, share))
        return .init(decaySeconds: decay, wetDB: wet, delayMS: delay)
    }

    private func drawSampleRate(_ random: inout RenderRandom) -> Double? {
        let medium = recipe.medium
        guard random.chance(medium.narrowShare) else { return nil }
        return random.choose(medium.sampleRates.map { ($0, 1) })
    }

    private func drawNoise(_ random: inout RenderRandom) -> ClipPlan.NoisePlan? {
        let noise = recipe.noise
        let kinds = RenderRecipe.Noise.Kind.allCases.map { ($0, noise.kinds[$0.rawValue] ?? 0) }
        guard random.chance(noise.share), let kind = random.choose(kinds) else { return nil }
        return .init(kind: kind, snrDB: random.uniform(noise.snrDB))
    }
}
