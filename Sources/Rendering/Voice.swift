import Music
import Synthesis

/// The notes and pedals of one synthesiser channel in one clip. Times are seconds within the clip.
struct Voice: Sendable {
    /// General MIDI program, from 0.
    var program: Int
    /// Sorted by onset after `tidied`.
    var notes: [Note]
    /// Sorted changes of controllers 64, 66 and 67.
    var pedals: [MIDIPerformance.ControlChange] = []

    /// Whether a `SyntheticInstrument` plays the voice instead of the soundfont.
    var isSynthetic = false
    /// How much faster released notes decay than in the soundfont, in octaves.
    var release = 0.0

    static let keys = AttackLag.keys
    /// Gap between two strokes of the same key, in seconds.
    private static let gap = 0.003
    /// Rests up to this duration are filled in legato, in seconds.
    private static let shortRest = 0.3

    /// Extends each note to the onset of the next one, if only a short rest lies between them.
    func legato() -> Voice {
        var voice = self
        let starts = notes.map(\.start).sorted()
        for index in voice.notes.indices {
            let end = voice.notes[index].end
            guard let next = starts.first(where: { $0 >= end }), next - end < Self.shortRest else { continue }
            voice.notes[index].end = next
        }
        return voice
    }

    /// Drops notes outside the model's range, and ends each note before the same key is struck again. As on a
    /// keyboard, a key sounds once at a time, so that labels match the audio.
    func tidied(clip length: Double) -> Voice {
        var kept: [Note] = []
        var last: [Int: Int] = [:]
        for var note in notes.sorted(by: { ($0.start, $0.pitch, $0.end) < ($1.start, $1.pitch, $1.end) }) {
            guard Self.keys.contains(note.pitch), note.start >= 0, note.start < length else { continue }
            note.end = max(note.end, note.start + 0.01)
            if let index = last[note.pitch], kept[index].end > note.start - Self.gap {
                if note.start - kept[index].start < 0.02 {
                    // Two parts play the same key at once: one longer note replaces both.
                    kept[index].end = max(kept[index].end, note.end)
                    kept[index].velocity = max(kept[index].velocity, note.velocity)
                    continue
                }
                kept[index].end = min(kept[index].end, note.start - Self.gap)
            }
            last[note.pitch] = kept.count
            kept.append(note)
        }
        var voice = self
        voice.notes = kept
        return voice
    }
}
