import Alignment
import Foundation
import Scores
import Sound

/// Synthetic scores, alignments and recordings for tests.
public enum Samples {
    /// Measures of 4/4 with a quarter note on each beat, in one or more parts.
    public static func score(measures: Int = 4, parts: Int = 1, percussion: Bool = false) -> Score {
        var players = (0..<parts).map { Score.Part(name: "Part \($0 + 1)", program: 40 + $0 % 60) }
        if percussion { players.append(Score.Part(name: "Drums", program: 0, isPercussion: true)) }
        var notes: [Score.Note] = []
        for beat in 0..<4 * measures {
            for part in players.indices {
                notes.append(
                    Score.Note(
                        pitch: 55 + (beat * 5 + part * 7) % 24, onset: Double(beat), duration: 1, part: part,
                        program: players[part].program, velocity: 70, passage: beat / 4, value: "Quarter"))
            }
        }
        notes.sort { ($0.onset, $0.pitch, $0.part) < ($1.onset, $1.pitch, $1.part) }
        let meter = Score.TimeSignature(4, 4)
        return Score(
            title: "Study", composer: nil, parts: players,
            measures: (0..<measures).map { Score.Measure(number: "\($0 + 1)", length: 4, timeSignature: meter) },
            passages: (0..<measures).map { Score.Passage(measure: $0, start: 4 * Double($0), length: 4, pass: 1) },
            notes: notes)
    }

    /// An alignment that plays each stretch of beats from `start`, at `pace` seconds per beat.
    public static func alignment(
        _ score: Score, _ stretches: [(beats: ClosedRange<Double>, start: Double, pace: Double)] = [(0...16, 1, 0.5)],
        tail: Double = 1, grade: ScoreAlignment.Verdict.Grade = .accepted
    ) -> ScoreAlignment {
        var result = ScoreAlignment(stretches: [], notes: [], duration: 0)
        for (index, stretch) in stretches.enumerated() {
            func time(_ beat: Double) -> Double { stretch.start + (beat - stretch.beats.lowerBound) * stretch.pace }
            let (low, high) = (stretch.beats.lowerBound, stretch.beats.upperBound)
            result.stretches.append(
                .init(anchors: [.init(beat: low, time: time(low)), .init(beat: high, time: time(high))]))
            for (number, note) in score.notes.enumerated() where note.onset >= low && note.onset < high {
                result.notes.append(
                    .init(
                        note: number, stretch: index, start: time(note.onset), end: time(note.end), confidence: 0.9))
            }
            for (number, passage) in score.passages.enumerated() where passage.start >= low && passage.end <= high {
                result.measures.append(
                    .init(
                        passage: number, stretch: index, start: time(passage.start), end: time(passage.end),
                        confidence: 0.8))
            }
            result.duration = max(result.duration, time(high) + tail)
        }
        result.verdict = .init(grade: grade, confidence: 0.9, reason: "test fixture")
        return result
    }

    /// Renders the notes of an alignment as decaying harmonic tones.
    public static func record(_ alignment: ScoreAlignment, of score: Score, to path: String, amplitude: Float = 0.1)
        throws
    {
        var samples = [Float](repeating: 0, count: Int(alignment.duration * 44_100))
        for played in alignment.notes {
            let frequency = 440 * pow(2, Double(score.notes[played.note].pitch - 69) / 12)
            let start = Int(played.start * 44_100)
            for index in start..<min(Int(played.end * 44_100), samples.count) {
                let age = Double(index - start) / 44_100
                for harmonic in 1...3 {
                    let angle = 2 * Double.pi * frequency * Double(harmonic) * age
                    samples[index] += amplitude / Float(harmonic) * Float(exp(-2 * age) * sin(angle))
                }
            }
        }
        try AudioFileWriter.write(samples, to: path)
    }
}

/// A temporary folder that is deleted with this object.
public final class ScratchFolder {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("align-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { path + "/" + name }

    /// Relative paths of all files in the folder, including hidden ones.
    public var files: [String] {
        (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter {
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: file($0), isDirectory: &isDirectory) && !isDirectory.boolValue
        }.sorted()
    }
}
