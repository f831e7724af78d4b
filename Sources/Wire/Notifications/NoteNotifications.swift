import Music

/// `note_on`: a note has started. A matching `note_off` always follows.
public struct NoteOn: ServerNotification {
    public static let method = ServerMessage.Method.noteOn

    public var epoch: Int
    /// The onset, in samples since the start of the epoch.
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// MIDI note number, 0...127.
    public var note: Int
    /// For example "A4".
    public var name: String
    /// 1...127.
    public var velocity: Int
    /// 0...1.
    public var confidence: Double
    /// Milliseconds from the onset in the air to this line: the model's lookahead plus processing.
    public var delayMilliseconds: Double
    /// Whether the score has this note at this position; nil without a score or while the position is unknown.
    public var expected: Bool?

    public init(
        epoch: Int, sample: Int64, time: Double, note: Int, velocity: Int, confidence: Double,
        delayMilliseconds: Double, expected: Bool? = nil
    ) {
        self.epoch = epoch
        self.sample = sample
        self.time = time
        self.note = note
        name = Pitch.name(note)
        self.velocity = velocity
        self.confidence = confidence
        self.delayMilliseconds = delayMilliseconds
        self.expected = expected
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample, time, note, name, velocity, confidence
        case delayMilliseconds = "delay_ms"
        case expected
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.time(time)
        writer.member("note", note)
        writer.member("name", name)
        writer.member("velocity", velocity)
        writer.member("confidence", confidence, decimals: 4)
        writer.member("delay_ms", delayMilliseconds, decimals: 3)
        if let expected { writer.member("expected", expected) }
    }
}

/// `note_off`: a note has ended, or can no longer be tracked (a discontinuity, a new model, shutdown).
public struct NoteOff: ServerNotification {
    public static let method = ServerMessage.Method.noteOff

    /// The epoch of the note's onset, even if a discontinuity ended it.
    public var epoch: Int
    /// The offset, in samples since the start of the epoch.
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// MIDI note number, 0...127.
    public var note: Int
    /// Seconds from onset to offset.
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

/// `missed`: a note of the score was not played. Sent once the note can no longer count as late.
public struct Missed: ServerNotification {
    public static let method = ServerMessage.Method.missed

    public var epoch: Int
    /// When the note was due, in samples since the start of the epoch.
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// MIDI note number, 0...127.
    public var note: Int
    /// For example "A4".
    public var name: String
    /// Quarter notes from the start, along the order of play.
    public var beat: Double
    /// The printed measure number.
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

/// `resync`: the complete set of sounding notes, which replaces the client's own.
///
/// Sent first to a client whose queue overflowed, and after `hello` if notes are already sounding.
public struct Resync: ServerNotification {
    public static let method = ServerMessage.Method.resync

    public var epoch: Int
    public var sample: Int64
    /// MIDI note numbers, 0...127, ascending.
    public var active: [Int]

    public init(epoch: Int, sample: Int64, active: [Int]) {
        self.epoch = epoch
        self.sample = sample
        self.active = active
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.member("active", active)
    }
}
