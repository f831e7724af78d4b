import Foundation
import Music
import Networks

/// Whether the confidence of notes is the probability that they are right: that a label of the same pitch begins within 50 ms.
public struct Reliability: Sendable, Equatable, Codable {
    private let calibration: CalibrationBins

    enum CodingKeys: String, CodingKey { case calibration = "bins" }

    /// - Parameter notes: confidence and whether the note is right.
    public init(_ notes: [(confidence: Double, isRight: Bool)]) { calibration = CalibrationBins(notes) }

    /// Tenths of the confidence, the lowest first.
    public var bins: [CalibrationBins.Bin] { calibration.bins }
    public var count: Int { calibration.count }

    /// The expected calibration error; nil without notes.
    public var calibrationError: Double? { calibration.calibrationError }

    /// Of each note its confidence, and whether it is paired with a label by the largest matching.
    public static func judged(_ notes: [Note], reference: [Note]) -> [(confidence: Double, isRight: Bool)] {
        let right = NoteMatching.hits(reference: reference, estimate: notes, within: .onset50)
        return notes.indices.map { (notes[$0].confidence, right.contains($0)) }
    }
}

extension Reliability {
    /// How well a curve holds up on recordings that it wasn't fitted on: each recording's notes are judged by a curve fitted on all others.
    ///
    /// - Parameter recordings: of each, its notes' evidence and whether they are right.
    public static func heldOut(_ recordings: [[JudgedEvidence]]) -> Reliability {
        Reliability(
            recordings.indices.flatMap { index in
                let others = recordings.indices.filter { $0 != index }.flatMap { recordings[$0] }
                let curve = ConfidenceCurve(fitting: others)
                return recordings[index].map { (curve.probability(of: $0.evidence), $0.isRight) }
            })
    }
}

/// What was known of a note when it was published, and whether it is right.
public struct JudgedEvidence: Sendable, Equatable {
    public var evidence: NoteEvidence
    public var isRight: Bool

    public init(_ evidence: NoteEvidence, isRight: Bool) {
        self.evidence = evidence
        self.isRight = isRight
    }

    /// Of each note its evidence, and whether it is paired with a label by the largest matching.
    public static func judge(
        _ claims: [(note: Note, evidence: NoteEvidence)], reference: [Note]
    ) -> [JudgedEvidence] {
        let right = NoteMatching.hits(reference: reference, estimate: claims.map(\.note), within: .onset50)
        return claims.indices.map { JudgedEvidence(claims[$0].evidence, isRight: right.contains($0)) }
    }
}

extension ConfidenceCurve {
    /// Fits a curve by maximum likelihood: Newton's method, with a little weight on slope 1 and 0 for the others so that few notes, or only
    /// right ones, don't drive it to infinity. A curve never falls with the height: where higher ones were right less often, all notes get
    /// their share of right ones.
    public init(fitting notes: [JudgedEvidence]) {
        let usual = ConfidenceCurve(offset: 0, slope: 1).weights
        let count = usual.count
        let rows = notes.map { (terms: Self.terms(of: $0.evidence), isRight: $0.isRight) }
        var weights = usual
        let prior = 1.0
        for _ in 0..<30 {
            var gradient = (0..<count).map { prior * (usual[$0] - weights[$0]) }
            var curvature = (0..<count).map { row in (0..<count).map { $0 == row ? prior : 0 } }
            for row in rows {
                let odds = zip(weights, row.terms).reduce(0) { $0 + $1.0 * $1.1 }
                let p = 1 / (1 + exp(-odds))
                let residual = (row.isRight ? 1 : 0) - p
                for a in 0..<count where row.terms[a] != 0 {
                    gradient[a] += residual * row.terms[a]
                    for b in 0..<count { curvature[a][b] += p * (1 - p) * row.terms[a] * row.terms[b] }
                }
            }
            guard let change = Self.solution(curvature, gradient) else { break }
            // Steps are bounded: far from the optimum a full one may overshoot.
            for index in 0..<count { weights[index] += min(max(change[index], -2), 2) }
            if change.reduce(0, { $0 + abs($1) }) < 1e-9 { break }
        }
        self.init(weights: weights)
        guard slope < 0 else { return }
        let right = Double(notes.count { $0.isRight }) + 1
        self.init(offset: Self.logit(right / Double(notes.count + 2)), slope: 0)
    }

    /// Solves a small system of equations by elimination; the matrix is positive definite, so pivots stand on the diagonal.
    private static func solution(_ matrix: [[Double]], _ values: [Double]) -> [Double]? {
        var (matrix, values) = (matrix, values)
        let count = values.count
        for pivot in 0..<count {
            guard matrix[pivot][pivot] > 1e-12 else { return nil }
            for row in pivot + 1..<count {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot..<count { matrix[row][column] -= factor * matrix[pivot][column] }
                values[row] -= factor * values[pivot]
            }
        }
        for row in (0..<count).reversed() {
            for column in row + 1..<count { values[row] -= matrix[row][column] * values[column] }
            values[row] /= matrix[row][row]
        }
        return values
    }
}
