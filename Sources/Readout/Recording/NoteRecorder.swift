import Music
import Wire

/// Converts the daemon's note events into notes. Pure: takes messages and when they arrived.
///
/// Time 0 is the first onset. Notes that started before the recording are not recorded; a note that is still sounding
/// ends with the connection or the recording.
public struct NoteRecorder: Sendable {
    /// In order of offset.
    public private(set) var notes: [Note] = []
    private var sounding: [Int: (on: NoteOn, start: Double)] = [:]
    private var clock = RecordingClock()

    public init() {}

    /// - Parameter now: when the message arrived, in seconds on a monotonic clock.
    public mutating func apply(_ message: ServerMessage, now: Double) {
        switch message {
        case .noteOn(let on):
            let start = clock.place(epoch: on.epoch, sample: on.sample, time: on.time, arrival: now)
            finish(on.note, at: start)
            sounding[on.note] = (on, start)
        case .noteOff(let off):
            guard let start = sounding[off.note]?.start else { return }
            finish(off.note, at: start + off.durationSeconds)
        case .resync(let resync):
            for note in sounding.keys.sorted() where !resync.active.contains(note) {
                finish(note, at: clock.place(arrival: now))
            }
        default: return
        }
    }

    /// Ends all sounding notes when the recording ends.
    public mutating func finishAll(now: Double) {
        for note in sounding.keys.sorted() { finish(note, at: clock.place(arrival: now)) }
    }

    /// Ends all sounding notes because the connection is lost. The next daemon may be another one.
    public mutating func disconnected(now: Double) {
        finishAll(now: now)
        clock.disconnected()
    }

    /// The notes so far in order of onset, including those that are sounding, as if the recording ended now.
    public func notesByOnset(now: Double) -> [Note] {
        var copy = self
        copy.finishAll(now: now)
        return copy.notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    }

    /// Seconds from the first onset to the last offset so far.
    public var duration: Double { notes.map(\.end).max() ?? 0 }

    private mutating func finish(_ note: Int, at end: Double) {
        guard let (on, start) = sounding.removeValue(forKey: note) else { return }
        notes.append(
            Note(
                pitch: note, start: start, end: max(end, start), velocity: min(max(on.velocity, 1), 127),
                confidence: on.confidence))
    }
}
