import Music
import Synthesis

/// What one synthesiser channel plays in one clip. Times are seconds within the clip.
struct Voice: Sendable {
    /// General MIDI program, from 0.
    var program: Int
    /// In order of start once `tidied`.
    var notes: [Note]
    /// Pedals: controllers 64, 66 and 67, in order.
    var pedals: [MIDIPerformance.ControlChange] = []

    /// Whether an instrument of our own making plays it instead of the soundfont's.
    var isSynthetic = false
    /// Octaves by which its notes die away faster than the soundfont has it.
    var release = 0.0

    static let keys = AttackLag.keys
    /// A pause this short is needed between two strokes of a key.
    private static let gap = 0.003
    /// A rest up to this long is bridged by players who bind notes, seconds.
    private static let shortRest = 0.3

    /// The notes bound together: each reaches to the next one, if only a short rest lies between.
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

    /// Drops what the model's range doesn't hold, and ends each note before the same key is struck again, as on a keyboard: one key
    /// sounds once at a time, so that the labels say what is heard.
    func tidied(clip length: Double) -> Voice {
        var kept: [Note] = []
        var last: [Int: Int] = [:]
        for var note in notes.sorted(by: { ($0.start, $0.pitch, $0.end) < ($1.start, $1.pitch, $1.end) }) {
            guard Self.keys.contains(note.pitch), note.start >= 0, note.start < length else { continue }
            note.end = max(note.end, note.start + 0.01)
            if let index = last[note.pitch], kept[index].end > note.start - Self.gap {
                if note.start - kept[index].start < 0.02 {
                    // Two parts on one key at once: the longer note stands for both.
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
