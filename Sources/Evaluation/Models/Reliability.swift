import Music
import Networks

/// Whether the confidence of notes is the probability that they are right: that a label of the same pitch begins within 50 ms.
public struct Reliability: Sendable, Equatable, Codable {
    /// Notes whose confidence lies in one tenth of 0...1.
    public struct Bin: Sendable, Equatable, Codable {
        public var count = 0
        /// Mean confidence, and the share of right notes; 0 without notes.
        public var confidence = 0.0
        public var right = 0.0
    }

    public private(set) var bins = [Bin](repeating: Bin(), count: Self.binCount)
    public static let binCount = 10

    /// - Parameter notes: confidence and whether the note is right.
    public init(_ notes: [(confidence: Double, isRight: Bool)]) {
        for note in notes {
            let index = min(max(Int(note.confidence * Double(Self.binCount)), 0), Self.binCount - 1)
            bins[index].count += 1
            bins[index].confidence += note.confidence
            bins[index].right += note.isRight ? 1 : 0
        }
        for index in bins.indices where bins[index].count > 0 {
            bins[index].confidence /= Double(bins[index].count)
            bins[index].right /= Double(bins[index].count)
        }
    }

    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// The expected calibration error: how far bins' confidence is from their share of right notes, weighted by notes; nil without notes.
    public var calibrationError: Double? {
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.right) } / Double(count)
    }

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
