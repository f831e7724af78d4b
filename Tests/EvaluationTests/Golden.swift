import Evaluation
import Foundation
import Music
import Testing

/// Cases with the answers of scikit-learn and mir_eval, written by Golden/generate.py.
struct Golden: Decodable {
    struct Frames: Decodable {
        var rows: Int
        var on: [Int]
        var scores: [Float]
        var averagePrecision: Double
        var thresholds: [Threshold]
        var best: [Double?]
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

    static func load() throws -> Golden {
        let url = try #require(Bundle.module.url(forResource: "Golden/golden", withExtension: "json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Golden.self, from: Data(contentsOf: url))
    }
}

extension Golden.Frames {
    /// The notes that the generator gives scores to.
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

/// Every figure agrees with the field's own tools to this.
let goldenTolerance = 1e-6

func expectClose(_ found: Double, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(abs(found - expected) <= goldenTolerance, "\(found) is not \(expected)", sourceLocation: sourceLocation)
}
