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

/// A ``Reliability`` as lines of text.
public enum ReliabilityText {
    public static func text(_ reliability: Reliability) -> String {
        guard let error = reliability.calibrationError else { return "confidence: no notes" }
        var lines = [
            String(format: "confidence: expected calibration error %.3f over %d notes", error, reliability.count)
        ]
        lines.append("  confidence  notes  right")
        for bin in reliability.bins where bin.count > 0 {
            lines.append(String(format: "  %10.2f %6d  %5.2f", bin.confidence, bin.count, bin.right))
        }
        return lines.joined(separator: "\n")
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
