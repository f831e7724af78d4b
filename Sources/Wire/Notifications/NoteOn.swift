import Music

/// `note_on`: a note has begun to sound. Its `note_off` follows, whatever happens.
public struct NoteOn: ServerNotification {
    public static let method = ServerMessage.Method.noteOn

    public var epoch: Int
    /// The onset, in samples since the epoch began.
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// MIDI note number, 0...127.
    public var note: Int
    /// Such as "A4".
    public var name: String
    /// 1...127.
    public var velocity: Int
    /// 0...1.
    public var confidence: Double
    /// From the sound to this line, in milliseconds: the model's lookahead and the work together.
    public var delayMilliseconds: Double
    /// Whether the score has this note at this moment; nil without a score, or while the position is not known.
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
