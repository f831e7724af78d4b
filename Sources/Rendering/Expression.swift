import Foundation
import Music

/// Adds expression to a strict score: tempo variation, dynamics over phrases, accents on the highest part,
/// asynchronous chords and shortened notes.
///
/// It is a simple random model, not a model of musicians. For a transcriber it matters only that notes are neither
/// exactly on the grid nor equally loud.
struct Expression: Sendable {
    private struct Wave {
        var period: Double
        var phase: Double
        var depth: Double

        func value(_ time: Double) -> Double { depth * sin(2 * .pi * (time / period + phase)) }
        /// The integral of `value` from 0 to `time`.
        func integral(_ time: Double) -> Double {
            -depth * period / (2 * .pi) * (cos(2 * .pi * (time / period + phase)) - cos(2 * .pi * phase))
        }
    }

    private let tempo: [Wave]
    private let loudness: [Wave]
    private let mean: Double
    private let spread: Double
    private let asynchrony: Double
    private let melody: Double
    private let articulation: Double

    init(random: inout RenderRandom) {
        // The depths sum to less than 1/4, so that time stays monotone.
        tempo = (0..<3).map { index in
            let period = random.uniform(2.5, 6) * pow(2.2, Double(index))
            return Wave(period: period, phase: random.unit(), depth: random.uniform(0.01, 0.08))
        }
        loudness = (0..<3).map { index in
            let period = random.uniform(2, 5) * pow(2, Double(index))
            return Wave(period: period, phase: random.unit(), depth: random.uniform(2, 9))
        }
        mean = random.uniform(48, 84)
        spread = random.uniform(2, 7)
        asynchrony = random.uniform(0.002, 0.012)
        melody = random.uniform(0, 12)
        articulation = random.uniform(0.72, 1)
    }

    /// Applies expression to an excerpt; its duration stays nearly the same.
    func applied(to piece: Piece, random: inout RenderRandom) -> Piece {
        var result = piece
        let notes = piece.parts.flatMap(\.notes)
        var top: [Int: Int] = [:]
        for note in notes { top[Self.moment(note), default: 0] = max(top[Self.moment(note), default: 0], note.pitch) }
        // Each chord has a common timing deviation, and each note one of its own.
        var wander: [Int: Double] = [:]
        for moment in top.keys.sorted() { wander[moment] = random.normal() * asynchrony }
        for part in result.parts.indices {
            for index in result.parts[part].notes.indices {
                var note = result.parts[part].notes[index]
                let moment = Self.moment(note)
                let accent = top[moment] == note.pitch ? melody : 0
                let swell = loudness.reduce(0) { $0 + $1.value(note.start) }
                note.velocity = min(max(Int(mean + swell + accent + spread * random.normal()), 14), 124)
                let length = warped(note.end) - warped(note.start)
                let jitter = 0.5 * (wander[moment] ?? 0) + asynchrony * random.normal()
                note.start = max(0, warped(note.start) + min(max(jitter, -0.04), 0.04))
                note.end = note.start + length * min(1, max(0.3, articulation + 0.08 * random.normal()))
                result.parts[part].notes[index] = note
            }
            result.parts[part].notes.sort { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
        }
        return result
    }

    private func warped(_ time: Double) -> Double { time + tempo.reduce(0) { $0 + $1.integral(time) } }

    /// Notes within 20 ms form a chord.
    private static func moment(_ note: Note) -> Int { Int((note.start * 50).rounded()) }
}
