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
    /// - Parameter recordings: of each, its notes' evidence (the confidence without a curve) and whether they are right.
    public static func heldOut(_ recordings: [[(confidence: Double, isRight: Bool)]]) -> Reliability {
        Reliability(
            recordings.indices.flatMap { index in
                let others = recordings.indices.filter { $0 != index }.flatMap { recordings[$0] }
                let curve = ConfidenceCurve(fitting: others)
                return recordings[index].map { (curve.probability(of: $0.confidence), $0.isRight) }
            })
    }
}

extension ConfidenceCurve {
    /// Fits a curve by maximum likelihood: Newton's method, with a little weight on slope 1 and offset 0 so that few notes, or only right ones,
    /// don't drive it to infinity. A curve never falls: where stronger evidence was right less often, all notes get their share of right ones.
    ///
    /// - Parameter notes: evidence (the confidence without a curve) and whether the note is right.
    public init(fitting notes: [(confidence: Double, isRight: Bool)]) {
        self.init(offset: 0, slope: 1)
        let prior = 1.0
        for _ in 0..<30 {
            var gradient = (-prior * offset, -prior * (slope - 1))
            var curvature = (prior, 0.0, prior)
            for note in notes {
                let x = Self.logit(note.confidence)
                let p = probability(of: note.confidence)
                let residual = (note.isRight ? 1 : 0) - p
                gradient.0 += residual
                gradient.1 += residual * x
                let weight = p * (1 - p)
                curvature.0 += weight
                curvature.1 += weight * x
                curvature.2 += weight * x * x
            }
            let determinant = curvature.0 * curvature.2 - curvature.1 * curvature.1
            guard determinant > 1e-12 else { break }
            let change = (
                (curvature.2 * gradient.0 - curvature.1 * gradient.1) / determinant,
                (curvature.0 * gradient.1 - curvature.1 * gradient.0) / determinant
            )
            // Steps are bounded: far from the optimum a full one may overshoot.
            offset += min(max(change.0, -2), 2)
            slope += min(max(change.1, -2), 2)
            if abs(change.0) + abs(change.1) < 1e-9 { break }
        }
        guard slope < 0 else { return }
        slope = 0
        offset = Self.logit((Double(notes.count { $0.isRight }) + 1) / Double(notes.count + 2))
    }
}
