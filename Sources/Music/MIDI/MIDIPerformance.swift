/// A MIDI file's notes and channel events, timed in seconds.
public struct MIDIPerformance: Sendable {
    /// The notes of one channel in one track.
    public struct Part: Sendable {
        public var track: Int
        public var channel: Int
        /// The track's name, if it has one.
        public var name: String?
        /// The 0-based General MIDI program of the first note. Programs may change: each note has its own.
        public var program: Int
        /// In order of start time, including notes of zero length.
        public var notes: [Note]
        /// The channel's controller changes in time order (sustain pedal 64, soft pedal 67, volume 7, expression 11,
        /// ...).
        public var controllers: [ControlChange]
        /// Whether this is General MIDI's percussion channel, whose note numbers are not pitches.
        public var isPercussion: Bool { channel == 9 }
    }

    /// A controller change and its time in seconds.
    public struct ControlChange: Hashable, Sendable {
        public var time: Double
        public var number: Int
        public var value: Int

        public init(time: Double, number: Int, value: Int) {
            self.time = time
            self.number = number
            self.value = value
        }
    }

    /// A channel message, its track, and its time in seconds.
    public struct ChannelEvent: Hashable, Sendable {
        public var time: Double
        public var track: Int
        public var message: MIDIEvent.Message
    }

    /// The parts with at least one note, ordered by track and channel.
    public var parts: [Part]
    /// All channel messages, ordered by time, then track.
    public var events: [ChannelEvent]
    /// The time of the last event, in seconds.
    public var duration: Double

    /// All notes of pitched parts, ordered by start and pitch.
    public var notes: [Note] {
        parts.filter { !$0.isPercussion }.flatMap(\.notes).sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    }

    /// Pairs note-ons with note-offs, first in first out for each track, channel and key. A note that is never released
    /// lasts until the end of the file. O(n log n).
    public init(_ file: MIDIFile) {
        var builder = MIDIPerformanceBuilder(file)
        self = builder.build()
    }

    init(parts: [Part], events: [ChannelEvent], duration: Double) {
        self.parts = parts
        self.events = events
        self.duration = duration
    }
}
