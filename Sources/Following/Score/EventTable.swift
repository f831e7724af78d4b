import Basics
import Foundation
import Scores

/// The events of a score as trackers need them: when they begin, and which notes sound in each.
struct EventTable: Sendable {
    /// A note that sounds in an event.
    struct Sounding: Sendable {
        /// Its index in the note templates.
        var template: Int32
        /// Seconds of the score from the beginning of the note to that of the event; 0 for a note that begins with it.
        var age: Float
        /// Seconds of the score from the beginning of the event to the end of the note; negative if it ended before.
        var remaining: Float
        /// Magnitude relative to the template.
        var gain: Float
    }

    /// The beginning of each event in seconds at the written tempo.
    let seconds: [Double]
    /// Seconds to the next event; for the last event, to the end of its notes.
    let durations: [Double]
    /// The beginning of each event in quarter notes, and then the end of the last: one value more than there are
    /// events.
    let beats: [Double]
    // Event by event; those of event i are at `starts[i]..<starts[i + 1]`.
    private let sounding: [Sounding]
    private let starts: [Int]
    /// Which events follow the same music, that is, the same notes with the same durations.
    let twins: EventTwins
    // For each event after which players may leave the order of play, the events that they may go to.
    private let departures: [Int: [Int]]
    /// The most targets of one departure; the nearest ones are kept.
    private static let mostTargets = 16

    /// The longest time for which a note sounds after its end, in seconds of the score.
    private static let afterglow = 1.0
    /// The most notes in one event. More could not be distinguished anyway.
    private static let mostNotes = 48

    var count: Int { seconds.count }

    init(_ score: Score, events: [FollowingScore.Event], templates: NoteTemplates) {
        let notes = score.notes
        let tempo = score.tempo
        var sounding: [Sounding] = []
        var starts = [0]
        // The notes so far that may still sound.
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
                // FluidSynth's amplitude is proportional to the square of the velocity.
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
        // A grace note sounds before its beat and belongs to it.
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

    /// The events that may follow this one besides the next.
    func departures(from event: Int) -> [Int] { departures[event] ?? [] }

    /// Passes the notes that sound in an event to `body`.
    func withSounding<Result>(_ event: Int, _ body: (UnsafeBufferPointer<Sounding>) -> Result) -> Result {
        sounding.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[starts[event]..<starts[event + 1]])) }
    }

    /// The last event that begins at or before a second of the score; the first event if there is none.
    func event(atSeconds second: Double) -> Int {
        max(0, seconds.partitionPoint { $0 <= second } - 1)
    }
}
