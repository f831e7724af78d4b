import Foundation
import Scores

/// Local costs between moments of a recording and positions of a score, at low resolution and for display only.
/// Independent of the method that produced the alignment.
///
/// Both sides are semitone spectra. The score's are built from its notes, each with six decaying harmonics. A cost is
/// one minus the correlation of the two spectra, clamped to 0...1.
struct CostMatrix: Sendable {
    let rows: Int
    let columns: Int
    /// Row by row, from the beginning of the score.
    let costs: [Double]
    let beats: ClosedRange<Double>
    let times: ClosedRange<Double>

    private static let pitches = 28...100

    /// The range for the colour scale: from the first percentile of the costs to 1.
    var range: ClosedRange<Double> {
        let sorted = costs.sorted()
        let low = sorted.isEmpty ? 0 : min(sorted[sorted.count / 100], 0.9)
        return low...1
    }

    /// - Throws: `SoundError` for a recording that cannot be read.
    init(score: Score, audio: String, duration: Double, rows: Int = 420, columns: Int = 640) throws {
        let seconds = 0...max(duration, 0.1)
        // Four spectra per column suffice for long recordings.
        let hop = min(max(seconds.upperBound / Double(columns) / 4, 0.02), 0.5)
        let sound = try PitchSpectrogram(
            path: audio, times: seconds, columns: columns, hop: hop, pitches: Self.pitches, perSemitone: 1)
        let bands = Self.pitches.count
        var recording = [Float](repeating: 0, count: bands * columns)
        for column in 0..<columns {
            let loudest = (0..<bands).reduce(Float(0)) { max($0, sound.powers[$1 * columns + column]) }
            guard loudest > 1e-9 else { continue }
            for band in 0..<bands {
                // The fourth root gives quiet notes weight beside loud ones.
                let level = (sound.powers[band * columns + column] / loudest).squareRoot().squareRoot()
                recording[column * bands + band] = max(0, level - 0.2)
            }
        }
        let length = max(score.length, score.notes.map(\.end).max() ?? 0, 0.25)
        let written = Self.templates(score, length: length, rows: rows)
        Self.centre(&recording, bands: bands)
        var templates = written
        Self.centre(&templates, bands: bands)
        var costs = [Double](repeating: 1, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                var product: Float = 0
                for band in 0..<bands { product += templates[row * bands + band] * recording[column * bands + band] }
                costs[row * columns + column] = Double(min(max(1 - product, 0), 1))
            }
        }
        self.rows = rows
        self.columns = columns
        self.costs = costs
        beats = 0...length
        times = seconds
    }

    /// The expected spectrum of each of `rows` equal sections of the score, row by row.
    private static func templates(_ score: Score, length: Double, rows: Int) -> [Float] {
        let bands = pitches.count
        var result = [Float](repeating: 0, count: rows * bands)
        let scale = Double(rows) / length
        let harmonics: [(Int, Float)] = (1...6).map {
            (Int((12 * log2(Double($0))).rounded()), pow(0.7, Float($0 - 1)))
        }
        for note in score.notes where score.parts.indices.contains(note.part) && !score.parts[note.part].isPercussion {
            let start = min(max(note.onset * scale, 0), Double(rows))
            let end = min(max(max(note.end, note.onset + 0.1) * scale, start), Double(rows))
            var row = Int(start)
            while row < rows, Double(row) < end {
                let share = Float(min(end, Double(row + 1)) - max(start, Double(row)))
                for (interval, weight) in harmonics where pitches.contains(note.pitch + interval) {
                    result[row * bands + note.pitch + interval - pitches.lowerBound] += share * weight
                }
                row += 1
            }
        }
        for index in result.indices { result[index] = result[index].squareRoot() }
        return result
    }

    /// Subtracts the mean of each spectrum and normalises its length to 1. Silence stays 0.
    private static func centre(_ spectra: inout [Float], bands: Int) {
        for start in stride(from: 0, to: spectra.count, by: bands) {
            let spectrum = start..<start + bands
            let mean = spectra[spectrum].reduce(0, +) / Float(bands)
            guard mean > 0 else { continue }
            for index in spectrum { spectra[index] -= mean }
            let norm = spectra[spectrum].reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0 else { continue }
            for index in spectrum { spectra[index] /= norm }
        }
    }
}
