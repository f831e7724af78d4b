import Basics
import Foundation
import Music
import Scores

/// Generates a human-like performance of a score from a random seed. The same seed yields the same notes.
///
/// The following are synthetic: the tempo (``PerformanceKind``), the timing of each event (standard deviation 8 ms),
/// the asynchrony of chords (mostly within 15 ms; the first note is on time), note lengths, and velocities (a random
/// walk, with an accent on the top note). The attack of bowed and wind instruments is that of the soundfont.
public struct Performer: Sendable {
    public let score: Score
    public let kind: PerformanceKind
    public let seed: UInt64

    /// Notes whose onsets are closer than this, in beats, form one event.
    private static let eventTolerance = 1.0 / 64
    private static let eventJitter = 0.008
    private static let chordSpread = 0.006
    private static let wrongRate: Float = 0.05
    private static let missingRate: Float = 0.04
    private static let extraRate: Float = 0.033

    /// - Parameter score: a score as read from a MIDI file, with grace notes written out.
    public init(_ score: Score, kind: PerformanceKind, seed: UInt64) {
        self.score = score
        self.kind = kind
        self.seed = seed
    }

    /// Notes that begin together.
    private struct Event {
        var beat: Double
        var notes: [Score.Note]
    }

    /// - Parameter name: the score's name, for error messages.
    /// - Throws: `PerformanceError.nothingToPlay`, `.tooShort`.
    public func perform(name: String) throws(PerformanceError) -> Performance {
        var random = SplitMix64(seed: seed)
        let events = events()
        guard !events.isEmpty else { throw .nothingToPlay(score: name) }
        let length = score.length
        // Measures that begin with a note.
        let beats = Set(events.map { Self.key($0.beat) })
        let starts = score.passages.map(\.start).filter { beats.contains(Self.key($0)) }
        guard let order = PlayedOrder(kind, length: length, starts: starts, random: &random) else {
            throw .tooShort(score: name, kind: kind)
        }
        let curve = TempoCurve(length: length, phrases: phrases(&random), kind: kind, random: &random)
        var result = Performance(notes: [], onsets: [])
        var loudness = 0.0
        var clock = 0.0
        for (index, stretch) in order.stretches.enumerated() {
            let played = events.filter { stretch.beats.contains($0.beat) }
            guard let first = played.first else { continue }
            clock += stretch.silence
            var beat = index == 0 ? first.beat : stretch.beats.lowerBound
            var last = -1.0
            for event in played {
                clock += curve.seconds(from: beat, to: event.beat, tempo: score.tempo)
                beat = event.beat
                let jitter = min(max(Double(random.gaussian()) * Self.eventJitter, -0.02), 0.02)
                let time = max(clock + jitter, last + 0.005)
                last = time
                loudness = 0.9 * loudness + 2.5 * Double(random.gaussian())
                result.onsets.append(
                    .init(
                        beat: event.beat, scoreSeconds: score.tempo.seconds(atBeat: event.beat), seconds: time))
                play(event, at: time, limit: stretch.beats.upperBound, curve, loudness, &random, into: &result.notes)
            }
            clock += curve.seconds(from: beat, to: stretch.beats.upperBound, tempo: score.tempo)
        }
        guard !result.notes.isEmpty else { throw .nothingToPlay(score: name) }
        result.notes.sort { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
        return result
    }

    private func play(
        _ event: Event, at time: Double, limit: Double, _ curve: TempoCurve, _ loudness: Double,
        _ random: inout SplitMix64, into notes: inout [Note]
    ) {
        // The first note of a chord is on time; the others are late.
        let delays = event.notes.map { _ in min(abs(Double(random.gaussian())) * Self.chordSpread * 1.7, 0.04) }
        let first = delays.min() ?? 0
        let top = event.notes.map(\.pitch).max() ?? 0
        for (note, delay) in zip(event.notes, delays) {
            let start = time + delay - first
            let length = curve.seconds(from: event.beat, to: min(note.end, max(limit, event.beat)), tempo: score.tempo)
            let held = max(0.04, length * random.uniform(0.8...0.98))
            let accent = note.pitch == top ? 7.0 : 0
            let velocity = Double(note.velocity) + loudness + accent + 4 * Double(random.gaussian())
            var pitch = note.pitch
            if kind == .wrong {
                let draw = random.uniform()
                if draw < Self.wrongRate {
                    pitch += [-2, -1, 1, 2][Int(random.next() % 4)]
                } else if draw < Self.wrongRate + Self.missingRate, !notes.isEmpty {
                    continue
                } else if draw < Self.wrongRate + Self.missingRate + Self.extraRate {
                    notes.append(
                        makeNote(
                            note, pitch: pitch + [-2, -1, 1, 2][Int(random.next() % 4)], start, 0.15, velocity - 10))
                }
            }
            notes.append(makeNote(note, pitch: pitch, start, held, velocity))
        }
    }

    private func makeNote(
        _ note: Score.Note, pitch: Int, _ start: Double, _ length: Double, _ velocity: Double
    ) -> Note {
        Note(
            pitch: min(max(pitch, 0), 127), start: start, end: start + length,
            velocity: Int(min(max(velocity, 20), 120)), program: note.program)
    }

    /// Beats are compared to three decimals.
    private static func key(_ beat: Double) -> Int { Int((min(beat, 1e12) * 1000).rounded()) }

    private func events() -> [Event] {
        var events: [Event] = []
        for note in score.notes where !score.parts[note.part].isPercussion {
            if let last = events.last, note.onset - last.beat < Self.eventTolerance {
                events[events.count - 1].notes.append(note)
            } else {
                events.append(Event(beat: note.onset, notes: [note]))
            }
        }
        return events
    }

    /// Beats at which phrases end: every four or eight measures, and at the end of the score.
    private func phrases(_ random: inout SplitMix64) -> [Double] {
        var ends: [Double] = []
        var next = random.uniform() < 0.5 ? 4 : 8
        for (index, passage) in score.passages.enumerated() where index == next {
            ends.append(passage.start)
            next += random.uniform() < 0.5 ? 4 : 8
        }
        return ends + [score.length]
    }
}
