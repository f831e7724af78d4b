import Music
import Synthesis

/// Assigns the notes of a piece to instruments.
enum Arranger {
    /// All notes on one piano, with pedals.
    static func piano(_ piece: Piece, program: Int) -> [Voice] {
        [Voice(program: program, notes: piece.parts.flatMap(\.notes), pedals: piece.pedals)]
    }

    /// The file's parts, each with its own program or with an instrument that suits its register.
    static func asWritten(_ piece: Piece, keepPrograms: Bool, random: inout RenderRandom) -> [Voice] {
        piece.parts.prefix(Synthesizer.channels).map { part in
            // Other programs (choirs, pads, effects) are replaced in any case.
            let isKnown = part.program < 8 || Instrument.orchestra.contains { $0.program == part.program }
            if keepPrograms, isKnown { return voice(program: part.program, part.notes, piece.pedals) }
            let instrument = instrument(for: part.notes.map(\.pitch), from: Instrument.orchestra, random: &random)
            return voice(instrument, part.notes)
        }
    }

    /// The notes divided by register among as many instruments as `parts` allows. The boundaries vary randomly around
    /// the quantiles.
    static func split(_ piece: Piece, parts: ValueRange, random: inout RenderRandom) -> [Voice] {
        let notes = piece.parts.flatMap(\.notes)
        let pitches = notes.map(\.pitch).sorted()
        guard !pitches.isEmpty else { return [] }
        let count = random.integer(Int(parts.low)...max(Int(parts.low), Int(parts.high)))
        var borders: [Int] = []
        for index in 1..<count {
            let share = (Double(index) + random.uniform(-0.3, 0.3)) / Double(count)
            borders.append(pitches[min(pitches.count - 1, max(0, Int(share * Double(pitches.count))))])
        }
        borders.sort()
        var groups = [[Note]](repeating: [], count: count)
        for note in notes { groups[borders.count { $0 <= note.pitch }].append(note) }
        var free = Instrument.orchestra
        return groups.filter { !$0.isEmpty }.map { group in
            let chosen = instrument(for: group.map(\.pitch), from: free, random: &random)
            free.removeAll { $0 == chosen }
            return voice(chosen, group)
        }
    }

    /// The highest notes as a monophonic melody on one instrument. A new note ends the last one; a note below a
    /// sounding one is left out.
    static func solo(_ piece: Piece, random: inout RenderRandom) -> [Voice] {
        var melody: [Note] = []
        let notes = piece.parts.flatMap(\.notes)
        for note in notes.sorted(by: { ($0.start, -$0.pitch) < ($1.start, -$1.pitch) }) {
            guard let last = melody.last else {
                melody.append(note)
                continue
            }
            if note.pitch <= last.pitch, note.start < last.end - 0.05 { continue }
            if note.start - last.start < 0.04 {
                if note.pitch > last.pitch { melody[melody.count - 1] = note }
                continue
            }
            melody[melody.count - 1].end = min(last.end, note.start)
            melody.append(note)
        }
        let soloists = Instrument.orchestra.filter(\.isSoloist)
        // Every soloist is suitable, because the whole melody is shifted by octaves.
        let items = soloists.map { ($0, 1.0) }
        guard let chosen = random.choose(items), !melody.isEmpty else { return [] }
        let middle = melody.map(\.pitch).sorted()[melody.count / 2]
        let centre = (chosen.range.lowerBound + chosen.range.upperBound) / 2
        let octaves = Int((Double(centre - middle) / 12).rounded())
        for index in melody.indices { melody[index].pitch += 12 * octaves }
        return [voice(chosen, melody)]
    }

    /// As many notes as one polyphonic instrument can play. All notes are shifted by octaves together, and those
    /// outside its range are left out.
    static func chords(_ piece: Piece, random: inout RenderRandom) -> [Voice] {
        guard let chosen = random.choose(Instrument.orchestra.filter { $0.stops > 1 }.map { ($0, 1.0) }) else {
            return []
        }
        var notes = piece.parts.flatMap(\.notes).sorted { ($0.start, -$0.pitch) < ($1.start, -$1.pitch) }
        guard !notes.isEmpty else { return [] }
        let middle = notes.map(\.pitch).sorted()[notes.count * 2 / 3]
        let centre = (2 * chosen.range.lowerBound + chosen.range.upperBound) / 3
        let octaves = Int((Double(centre - middle) / 12).rounded())
        for index in notes.indices { notes[index].pitch += 12 * octaves }
        notes.removeAll { !chosen.range.contains($0.pitch) }
        // A new chord ends notes beyond the number that can sound together.
        var kept: [Note] = []
        for note in notes {
            let sounding = kept.indices.suffix(2 * chosen.stops).filter { kept[$0].end > note.start + 0.01 }
            if sounding.count >= chosen.stops {
                guard let oldest = sounding.first, note.start - kept[oldest].start > 0.03 else { continue }
                kept[oldest].end = note.start
            }
            kept.append(note)
        }
        return [voice(chosen, kept)]
    }

    // MARK: Instruments

    private static func voice(program: Int, _ notes: [Note], _ pedals: [MIDIPerformance.ControlChange]) -> Voice {
        // Only the keyboard programs have a pedal.
        Voice(program: program, notes: notes, pedals: program < 8 ? pedals : [])
    }

    private static func voice(_ instrument: Instrument, _ notes: [Note]) -> Voice {
        Voice(
            program: instrument.program,
            notes: notes.map { note in
                var note = note
                note.pitch = instrument.fitted(note.pitch)
                return note
            })
    }

    private static func instrument(
        for pitches: [Int], from free: [Instrument], random: inout RenderRandom
    ) -> Instrument {
        // The fourth power makes instruments unlikely that would shift many notes.
        let items = free.map { instrument in
            let fit = instrument.suits(pitches)
            return (instrument, fit * fit * fit * fit)
        }
        return random.choose(items) ?? free.max { $0.suits(pitches) < $1.suits(pitches) } ?? Instrument.orchestra[0]
    }
}
