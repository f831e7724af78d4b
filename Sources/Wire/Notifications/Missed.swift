import Music

/// `missed`: the score had a note that was not heard. Sent once it can no longer come: a moment after it was due.
public struct Missed: ServerNotification {
    public static let method = ServerMessage.Method.missed

    public var epoch: Int
    /// When it was due, in samples since the epoch began.
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// MIDI note number, 0...127.
    public var note: Int
    /// Such as "A4".
    public var name: String
    /// Quarter notes from the start, along the order of play.
    public var beat: Double
    /// As printed in the score.
    public var measure: Int

    public init(epoch: Int, sample: Int64, time: Double, note: Int, beat: Double, measure: Int) {
        self.epoch = epoch
        self.sample = sample
        self.time = time
        self.note = note
        name = Pitch.name(note)
        self.beat = beat
        self.measure = measure
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.time(time)
        writer.member("note", note)
        writer.member("name", name)
        writer.member("beat", beat, decimals: 4)
        writer.member("measure", measure)
    }
}
