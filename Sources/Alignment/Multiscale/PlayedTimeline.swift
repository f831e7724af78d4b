import Basics
import Music
import Scores

/// An estimated performance: which notes of the score are played, in which order, and when.
///
/// Notes with the same beat form one event. Beats are those of the score; times are seconds of the recording.
struct PlayedTimeline: Sendable {
    /// A passage of the score played without a jump.
    struct Span: Sendable, Equatable {
        var beats: Range<Double>
        var times: Range<Double>
        /// Indices in `events`.
        var events: Range<Int>
    }

    struct Event: Sendable, Equatable {
        var beat: Double
        /// Seconds from the beginning of the score at its written tempo.
        var written: Double
        var time: Double
    }

    struct PlayedNote: Sendable, Equatable {
        /// Index in `Score.notes`.
        var note: Int
        /// Index in `spans`.
        var span: Int
        /// Index in `events`.
        var event: Int
    }

    private(set) var spans: [Span]
    /// In order of play; times increase within a span.
    private(set) var events: [Event] = []
    /// In order of events.
    private(set) var notes: [PlayedNote] = []
    private let score: Score

    /// The minimum interval between two events, in seconds.
    static let minimumGap = 0.001
    /// The tempo beyond a span's first and last events is measured over this many beats.
    private static let tempoBeats = 4.0

    /// - Parameters:
    ///   - spans: the passages played, in order; their `events` are ignored.
    ///   - time: an initial estimate of the time at which a beat of a span is played.
    init(_ score: Score, spans requested: [Span], time: (_ span: Int, _ beat: Double) -> Double) {
        self.score = score
        spans = requested
        for index in spans.indices {
            let first = events.count
            let beats = spans[index].beats
            var note = score.notes.partitionPoint { $0.onset < beats.lowerBound - 1e-9 }
            while note < score.notes.count, score.notes[note].onset < beats.upperBound - 1e-9 {
                let onset = score.notes[note].onset
                defer { note += 1 }
                guard !score.parts[score.notes[note].part].isPercussion else { continue }
                if events.count == first || events[events.count - 1].beat < onset - 1e-6 {
                    events.append(
                        Event(beat: onset, written: score.tempo.seconds(atBeat: onset), time: time(index, onset)))
                }
                notes.append(PlayedNote(note: note, span: index, event: events.count - 1))
            }
            spans[index].events = first..<events.count
        }
        enforceOrder()
    }

    /// Sets the times of all events, in their order.
    mutating func setTimes(_ times: [Double]) {
        for index in events.indices where index < times.count { events[index].time = times[index] }
        enforceOrder()
    }

    /// Enforces strictly increasing times within each span, which noisy estimates may violate.
    private mutating func enforceOrder() {
        for span in spans {
            for index in span.events.dropFirst() {
                events[index].time = max(events[index].time, events[index - 1].time + Self.minimumGap)
            }
        }
    }

    /// The time at which a beat of a span is played, by interpolation over written time.
    func time(ofBeat beat: Double, span: Int) -> Double {
        let events = events[spans[span].events]
        guard let first = events.first, let last = events.last else { return spans[span].times.lowerBound }
        let written = score.tempo.seconds(atBeat: beat)
        guard events.count > 1 else {
            return max(0, first.time + (written - first.written))
        }
        if beat < first.beat {
            return first.time - (first.written - written)
                * pace(events.prefix(while: { $0.beat <= first.beat + Self.tempoBeats }))
        }
        if beat >= last.beat {
            return last.time + (written - last.written) * pace(events.drop { $0.beat < last.beat - Self.tempoBeats })
        }
        let right = events.partitionPoint { $0.beat <= beat }
        let (low, high) = (events[right - 1], events[right])
        guard high.written > low.written else { return low.time }
        return low.time + (written - low.written) * (high.time - low.time) / (high.written - low.written)
    }

    /// The ratio of played to written time.
    private func pace(_ events: ArraySlice<Event>) -> Double {
        guard let first = events.first, let last = events.last, last.written > first.written else { return 1 }
        return (last.time - first.time) / (last.written - first.written)
    }

    /// The notes to synthesise, in order of events. No note extends beyond its span.
    func performed() -> [Music.Note] {
        notes.map { played in
            let (start, end) = times(of: played)
            let note = score.notes[played.note]
            return Music.Note(
                pitch: note.pitch, start: max(0, start), end: max(0, end), velocity: note.velocity,
                program: note.program)
        }
    }

    /// Start and end of a note in seconds. A grace note starts before its beat.
    func times(of played: PlayedNote) -> (start: Double, end: Double) {
        let note = score.notes[played.note]
        let onset = events[played.event].time
        if note.isGrace {
            let start = onset - note.graceLead
            return (start, start + Score.graceLength)
        }
        let span = spans[played.span]
        var end = time(ofBeat: min(note.end, span.beats.upperBound), span: played.span)
        if played.span + 1 < spans.count { end = min(end, spans[played.span + 1].times.lowerBound + 0.05) }
        return (onset, max(end, onset + 0.02))
    }
}
