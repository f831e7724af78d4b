import Basics
import Foundation
import Scores

/// The events of a score as trackers need them: when they come, and which notes sound in each.
struct EventTable: Sendable {
    /// A note as it sounds in an event.
    struct Sounding: Sendable {
        /// In the note templates.
        var template: Int32
        /// Seconds of the score since the note began, at the event's beginning; 0 for a note that begins with it.
        var age: Float
        /// Seconds of the score from the event's beginning to the note's end; negative if it ended before.
        var remaining: Float
        /// Beside a note of the template's velocity.
        var gain: Float
    }

    /// Seconds at the written tempo; as many as there are events.
    let seconds: [Double]
    /// Seconds to the next event; of the last event, to the end of its notes.
    let durations: [Double]
    /// Quarter notes; one more than there are events: the last is the end.
    let beats: [Double]
    // Event by event; `starts` has one more entry than there are events.
    private let sounding: [Sounding]
    private let starts: [Int]
    /// Events that cannot be told apart by what was played before them: the same notes began, and lasted as long.
    let twins: EventTwins
    // Of an event after which players may leave the order of play: the events that they may go to.
    private let departures: [Int: [Int]]
    /// More places than this are not thought of at once: the nearest ones are.
    private static let mostTargets = 16

    /// A note is heard for this long after its end at most, in seconds of the score.
    private static let afterglow = 1.0
    /// More than this many notes at once are not told apart anyway.
    private static let mostNotes = 48

    var count: Int { seconds.count }

    init(_ score: Score, events: [FollowingScore.Event], templates: NoteTemplates) {
        let notes = score.notes
        let tempo = score.tempo
        var sounding: [Sounding] = []
        var starts = [0]
        // Of the notes so far: those that may still be heard.
        var held: [(onset: Double, end: Double, template: Int32, gain: Float)] = []
        var end = 0.0
        for event in events {
            held.removeAll { $0.end + Self.afterglow < event.seconds }
            for index in event.notes {
                let note = notes[index]
                let finish = max(
                    tempo.seconds(atBeat: note.end), event.seconds + (note.isGrace ? Score.graceLength : 0.02))
                end = max(end, finish)
                guard let template = templates.index(program: note.program, pitch: note.pitch) else { continue }
                // FluidSynth's loudness goes with the square of the velocity.
                let loudness = Float(note.velocity) / Float(NoteTemplates.velocity)
                held.append((event.seconds, finish, Int32(template), loudness * loudness))
            }
            for note in held.suffix(Self.mostNotes) {
                sounding.append(
                    Sounding(
                        template: note.template, age: Float(event.seconds - note.onset),
                        remaining: Float(note.end - event.seconds), gain: note.gain))
            }
            starts.append(sounding.count)
        }
        let seconds = events.map(\.seconds)
        let last = max(end, (seconds.last ?? 0) + 0.25)
        self.seconds = seconds
        durations = zip(seconds, seconds.dropFirst() + [last]).map { max(1e-3, $1 - $0) }
        beats = events.map(\.beat) + [max(tempo.beat(atSeconds: last), events.last?.beat ?? 0)]
        self.sounding = sounding
        self.starts = starts
        let signatures = zip(events, durations).map { event, duration in
            var hasher = Hasher()
            for (pitch, program) in event.notes.map({ (notes[$0].pitch, notes[$0].program) }).sorted(by: <) {
                hasher.combine(pitch)
                hasher.combine(program)
            }
            hasher.combine(Int((duration * 50).rounded()))
            return hasher.finalize()
        }
        twins = EventTwins(signatures: signatures)
        departures = Self.departures(ScorePlaces(score), beats: events.map(\.beat))
    }

    private static func departures(_ places: ScorePlaces, beats: [Double]) -> [Int: [Int]] {
        // A grace note goes ahead of its beat, and belongs to it.
        let tolerance = 0.2
        let targets = Set(
            places.places.map { place in beats.partitionPoint { $0 < place - tolerance } }.filter { $0 < beats.count }
        ).sorted()
        guard targets.count > 1 else { return [:] }
        var departures: [Int: [Int]] = [:]
        for exit in places.exits {
            let next = beats.partitionPoint { $0 < exit - tolerance }
            guard (1..<beats.count).contains(next) else { continue }
            let others = targets.filter { $0 != next }
            departures[next - 1] = Array(others.sorted { abs($0 - next) < abs($1 - next) }.prefix(mostTargets))
        }
        return departures
    }

    /// The events that may come after this one besides the next.
    func departures(from event: Int) -> [Int] { departures[event] ?? [] }

    /// What sounds in an event.
    func withSounding<Result>(_ event: Int, _ body: (UnsafeBufferPointer<Sounding>) -> Result) -> Result {
        sounding.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[starts[event]..<starts[event + 1]])) }
    }

    /// The last event that begins at or before a second of the score; the first one before that.
    func event(atSeconds second: Double) -> Int {
        max(0, seconds.partitionPoint { $0 <= second } - 1)
    }
}
