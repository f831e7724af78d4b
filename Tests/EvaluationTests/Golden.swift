import Evaluation
import Foundation
import Music
import Testing

/// Cases with the expected results of scikit-learn and mir_eval, written by Golden/generate.py.
struct Golden: Decodable {
    struct Frames: Decodable {
        var rows: Int
        var on: [Int]
        /// The scores of the columns in `columns`; empty if they are in a separate file.
        var scores: [Float]
        var averagePrecision: Double
        var thresholds: [Threshold]
        var best: [Double?]
        var gridThreshold: [Double]
        /// By number of labels: frames, labels, precision and recall at the second threshold, average precision.
        var byLabels: [String: [Double]]
        /// Pairs of recall and precision from the highest score to the lowest; empty for cases with many scores.
        var curve: [[Double]]
    }

    struct Threshold: Decodable {
        var threshold: Double
        var prf: [Double]
        var mirex: [String: Double]
    }

    struct Notes: Decodable {
        var reference: [[Double]]
        var estimate: [[Double]]
        var onset50: [Double]
        var onset100: [Double]
        var onsetOffset: [Double]
    }

    var frames: [Frames]
    var notes: [Notes]
    /// The default model's results on the demo performance. Its scores are in prelude.f32.
    var realFrames: Frames
    var realNotes: Notes

    static func load() throws -> Golden {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Golden.self, from: Data(contentsOf: url("golden", "json")))
    }

    /// All frame cases, including the real one.
    static func loadFrames() throws -> [FrameCase] {
        let golden = try load()
        let real = try Data(contentsOf: url("prelude", "f32"))
        let scores = real.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }
        return golden.frames.map { FrameCase(answers: $0, matrix: $0.matrix) }
            + [FrameCase(answers: golden.realFrames, matrix: scores)]
    }

    private static func url(_ name: String, _ type: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Golden/\(name)", withExtension: type))
    }
}

/// A matrix of scores, and the reference tools' results for it.
struct FrameCase {
    var answers: Golden.Frames
    var matrix: [Float]
    var truth: PianoRoll { answers.truth }

    /// The matrix and its labels as input of the ranking metrics.
    var scores: FrameScores {
        var scores = FrameScores()
        scores.add(matrix, truth: truth)
        return scores
    }
}

extension Golden.Frames {
    /// The notes for which the generator draws scores.
    static let columns = 30..<110

    var truth: PianoRoll {
        var roll = PianoRoll(count: rows)
        for index in on { roll[index / PianoRoll.notes, index % PianoRoll.notes] = true }
        return roll
    }

    var matrix: [Float] {
        var result = [Float](repeating: 0, count: rows * PianoRoll.notes)
        for (index, score) in scores.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: Self.columns.count)
            result[row * PianoRoll.notes + Self.columns.lowerBound + column] = score
        }
        return result
    }
}

extension Golden.Notes {
    static func notes(_ rows: [[Double]]) -> [Note] {
        rows.map { Note(pitch: Int($0[2]), start: $0[0], end: $0[1]) }
    }
}

/// The largest allowed difference from the reference tools.
let goldenTolerance = 1e-6

func expectClose(_ found: Double, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(abs(found - expected) <= goldenTolerance, "\(found) is not \(expected)", sourceLocation: sourceLocation)
}
