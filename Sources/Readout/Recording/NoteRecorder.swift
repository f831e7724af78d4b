import Music
import Wire

/// Converts the daemon's note events into notes. Pure: takes messages and, for those without a time, the Unix time.
///
/// Time 0 is the first onset. Notes that started before the recording are not recorded; a note that is still sounding
/// ends with the connection or the recording.
public struct NoteRecorder: Sendable {
    /// In order of offset.
    public private(set) var notes: [Note] = []
    private var sounding: [Int: NoteOn] = [:]
    private var origin: Double?

    public init() {}

    /// - Parameter now: Unix time, in seconds.
    public mutating func apply(_ message: ServerMessage, now: Double) {
        switch message {
        case .noteOn(let on):
            if origin == nil { origin = on.time }
            finish(on.note, at: on.time)
            sounding[on.note] = on
        case .noteOff(let off):
            guard let on = sounding[off.note] else { return }
            // Use the duration, which counts samples: the system clock may be adjusted during the note.
            finish(off.note, at: on.time + off.durationSeconds)
        case .resync(let resync):
            for note in sounding.keys where !resync.active.contains(note) { finish(note, at: now) }
        default: return
        }
    }

    /// Ends all sounding notes when the connection is lost or the recording ends.
    public mutating func finishAll(now: Double) {
        for note in sounding.keys.sorted() { finish(note, at: now) }
    }

    /// Seconds from the first onset to the last offset so far.
    public var duration: Double { notes.map(\.end).max() ?? 0 }

    private mutating func finish(_ note: Int, at time: Double) {
        guard let on = sounding.removeValue(forKey: note), let origin else { return }
        let start = max(on.time - origin, 0)
        notes.append(
            Note(
                pitch: note, start: start, end: max(time - origin, start), velocity: min(max(on.velocity, 1), 127),
                confidence: on.confidence))
    }
}
