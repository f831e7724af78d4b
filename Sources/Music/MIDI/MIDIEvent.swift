/// One event of a Standard MIDI File and its tick.
public struct MIDIEvent: Hashable, Sendable {
    /// Ticks from the start of the track, 0 or more.
    public var tick: Int
    public var message: Message

    public init(tick: Int, message: Message) {
        self.tick = tick
        self.message = message
    }

    /// The controllers that end all notes of their channel: all sound off, all notes off, and the modes that imply it.
    public static let silencing: Set<Int> = [120, 123, 124, 125, 126, 127]

    /// An event's content. Channels are 0...15 (9 is percussion in General MIDI), data values 0...127.
    public enum Message: Hashable, Sendable {
        case noteOff(channel: Int, key: Int, velocity: Int)
        /// Velocity 1...127. The parser reads a note-on of velocity 0 as a note-off.
        case noteOn(channel: Int, key: Int, velocity: Int)
        case polyphonicPressure(channel: Int, key: Int, value: Int)
        /// Controller 64 is the sustain pedal; values of 64 and above mean down.
        case controller(channel: Int, number: Int, value: Int)
        case program(channel: Int, number: Int)
        case channelPressure(channel: Int, value: Int)
        /// 0...16383; 8192 is the center.
        case pitchBend(channel: Int, value: Int)
        /// Microseconds per quarter note, 1 or more.
        case tempo(microsecondsPerQuarter: Int)
        /// `denominator` as notated: 4 for quarters.
        case timeSignature(numerator: Int, denominator: Int)
        /// -7...7: positive for sharps, negative for flats.
        case keySignature(sharps: Int, minor: Bool)
        /// A text event: 1 text, 2 copyright, 3 track name, 4 instrument, 5 lyric, 6 marker, 7 cue.
        case text(kind: Int, String)

        /// The channel of a channel message; nil for other messages.
        public var channel: Int? {
            switch self {
            case .noteOff(let channel, _, _), .noteOn(let channel, _, _), .polyphonicPressure(let channel, _, _),
                .controller(let channel, _, _), .program(let channel, _), .channelPressure(let channel, _),
                .pitchBend(let channel, _):
                channel
            case .tempo, .timeSignature, .keySignature, .text: nil
            }
        }
    }
}
