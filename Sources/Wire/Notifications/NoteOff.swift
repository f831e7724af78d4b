/// `note_off`: a note has ended, or can no longer be heard to go on (a discontinuity, a new model, the end).
public struct NoteOff: ServerNotification {
    public static let method = ServerMessage.Method.noteOff

    /// The epoch of the note's onset, also when a discontinuity ended it.
    public var epoch: Int
    /// The offset, in samples since the epoch began.
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// MIDI note number, 0...127.
    public var note: Int
    /// From onset to offset, in seconds.
    public var durationSeconds: Double

    public init(epoch: Int, sample: Int64, time: Double, note: Int, durationSeconds: Double) {
        self.epoch = epoch
        self.sample = sample
        self.time = time
        self.note = note
        self.durationSeconds = durationSeconds
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample, time, note
        case durationSeconds = "duration_s"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.time(time)
        writer.member("note", note)
        writer.member("duration_s", durationSeconds, decimals: 6)
    }
}
