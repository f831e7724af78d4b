/// One event of a Standard MIDI File, at a tick from the start of its track.
public struct MIDIEvent: Hashable, Sendable {
    /// Ticks from the start of the file, 0 or more.
    public var tick: Int
    public var message: Message

    public init(tick: Int, message: Message) {
        self.tick = tick
        self.message = message
    }

    /// What happens. Channels are 0...15 (9 is percussion in General MIDI), data values 0...127.
    public enum Message: Hashable, Sendable {
        case noteOff(channel: Int, key: Int, velocity: Int)
        /// Velocity 1...127: a note-on of velocity 0 is read as a note-off.
        case noteOn(channel: Int, key: Int, velocity: Int)
        case polyphonicPressure(channel: Int, key: Int, value: Int)
        /// Controller 64 is the sustain pedal, down from 64 up.
        case controller(channel: Int, number: Int, value: Int)
        case program(channel: Int, number: Int)
        case channelPressure(channel: Int, value: Int)
        /// 0...16383; 8192 is no bend.
        case pitchBend(channel: Int, value: Int)
        /// Microseconds per quarter note, 1 or more.
        case tempo(microsecondsPerQuarter: Int)
        /// `denominator` as written under the bar: 4 for quarters.
        case timeSignature(numerator: Int, denominator: Int)
        /// Sharps above 0, flats below, -7...7.
        case keySignature(sharps: Int, minor: Bool)
        /// Any of the text events: 1 text, 2 copyright, 3 track name, 4 instrument, 5 lyric, 6 marker, 7 cue.
        case text(kind: Int, String)

        /// The channel of a channel message, nil for the others.
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
