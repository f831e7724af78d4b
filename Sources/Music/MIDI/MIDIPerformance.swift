/// The notes and channel events of a MIDI file in seconds.
public struct MIDIPerformance: Sendable {
    /// The notes of one channel of one track.
    public struct Part: Sendable {
        public var track: Int
        public var channel: Int
        /// The track's name, where it has one.
        public var name: String?
        /// The General MIDI program, 0-based, under which the first note sounds; each note carries its own.
        public var program: Int
        /// In order of start; notes of no length included.
        public var notes: [Note]
        /// The channel's controller changes (sustain pedal 64, soft pedal 67, volume 7, expression 11, ...), in order.
        public var controllers: [ControlChange]
        /// General MIDI's percussion channel, whose note numbers are no pitches.
        public var isPercussion: Bool { channel == 9 }
    }

    /// A controller's new value.
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

    /// Any channel message, for synthesis.
    public struct ChannelEvent: Hashable, Sendable {
        public var time: Double
        public var track: Int
        public var message: MIDIEvent.Message
    }

    /// Parts that hold notes, in order of track and channel.
    public var parts: [Part]
    /// All channel messages of the file in order of time, and of track where times are equal.
    public var events: [ChannelEvent]
    /// Seconds to the last event.
    public var duration: Double

    /// All notes of pitched parts, in order of start and pitch.
    public var notes: [Note] {
        parts.filter { !$0.isPercussion }.flatMap(\.notes).sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    }

    /// Pairs note-ons with note-offs, first in first out for each track, channel and key. A note that is never released ends with
    /// the file. O(n log n).
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
