import Basics
import Foundation
import Music

/// Synthetic music of any length for benchmarks: four parts that wander along a scale in notes of one to three eighths.
enum SyntheticQuartet {
    private static let programs = [40, 40, 41, 42]
    private static let registers = [76, 69, 62, 50]
    private static let scale = [0, 2, 4, 5, 7, 9, 11]
    /// Seconds per eighth note at 120 quarter notes per minute.
    private static let eighth = 0.25

    static func notes(seconds: Double, seed: UInt64 = 1) -> [Note] {
        var random = SplitMix64(seed: seed)
        var notes: [Note] = []
        for part in programs.indices {
            var step = 0
            var time = 0.0
            while time < seconds {
                let length = eighth * Double(1 + random.next() % 3)
                step = min(max(step + Int(random.next() % 5) - 2, -6), 6)
                let octave = step < 0 ? -1 : 0
                let pitch = registers[part] + 12 * octave + scale[(step + 7) % 7]
                notes.append(
                    Note(
                        pitch: pitch, start: time, end: min(time + 0.95 * length, seconds), velocity: 70,
                        program: programs[part]))
                time += length
            }
        }
        return notes.filter { $0.end > $0.start }.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    }

    /// Renders the notes as decaying tones of six harmonics.
    static func sound(_ notes: [Note], from start: Double, samples count: Int, rate: Double) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        for note in notes {
            let first = max(0, Int((note.start - start) * rate))
            let last = min(count, Int((note.end - start) * rate))
            guard first < last else { continue }
            let frequency = 440 * exp2(Double(note.pitch - 69) / 12)
            for harmonic in 1...6 where Double(harmonic) * frequency < rate / 2 {
                // A rotation is cheaper than a sine.
                let angle = 2 * Double.pi * Double(harmonic) * frequency / rate
                let (turn, lift) = (cos(angle), sin(angle))
                var (x, y) = (0.08 / Double(harmonic), 0.0)
                let decay = exp(-3 / rate)
                for index in first..<last {
                    samples[index] += Float(y)
                    (x, y) = ((x * turn - y * lift) * decay, (x * lift + y * turn) * decay)
                }
            }
        }
        return samples
    }
}
