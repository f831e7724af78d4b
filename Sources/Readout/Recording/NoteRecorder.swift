import Music
import Wire

/// Gathers the daemon's note events into notes. Pure: fed with messages, and with the Unix time where they carry none.
///
/// Time 0 is the first onset. A note that was sounding before recording began is not recorded; one still sounding when
/// the connection or the recording ends, ends then.
public struct NoteRecorder: Sendable {
    /// In order of their ends.
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
            // The duration counts samples; the times of day would bend with the system's clock.
            finish(off.note, at: on.time + off.durationSeconds)
        case .resync(let resync):
            for note in sounding.keys where !resync.active.contains(note) { finish(note, at: now) }
        default: return
        }
    }

    /// Ends the notes that sound: the connection is lost, or the recording over.
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
