import Foundation
import Music
import Networks

/// The calibration of notes: how well their confidence predicts that they are right.
///
/// A note is right if it is matched with a label of the same pitch whose onset is within 50 ms.
public struct Reliability: Sendable, Equatable, Codable {
    private let calibration: CalibrationBins

    enum CodingKeys: String, CodingKey { case calibration = "bins" }

    /// - Parameter notes: each note's confidence, and whether the note is right.
    public init(_ notes: [(confidence: Double, isRight: Bool)]) { calibration = CalibrationBins(notes) }

    /// The bins of the reliability diagram, in the order of their confidence.
    public var bins: [CalibrationBins.Bin] { calibration.bins }
    public var count: Int { calibration.count }

    /// The expected calibration error; nil without notes.
    public var calibrationError: Double? { calibration.calibrationError }

    /// Each note's confidence, and whether a maximum matching pairs the note with a label.
    public static func outcomes(of notes: [Note], reference: [Note]) -> [(confidence: Double, isRight: Bool)] {
        let right = NoteMatching.hits(reference: reference, estimate: notes, within: .onset50)
        return notes.indices.map { (notes[$0].confidence, right.contains($0)) }
    }
}

extension Reliability {
    /// Cross-validates the confidence curve: the confidence of each recording's notes comes from a curve that was
    /// fitted to all other recordings.
    ///
    /// - Parameter recordings: the notes of each recording.
    public static func heldOut(_ recordings: [[LabelledEvidence]]) -> Reliability {
        Reliability(
            recordings.indices.flatMap { index in
                let others = recordings.indices.filter { $0 != index }.flatMap { recordings[$0] }
                let curve = ConfidenceCurve(fitting: others)
                return recordings[index].map { (curve.probability(of: $0.evidence), $0.isRight) }
            })
    }
}

/// A ``Reliability`` as plain text.
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

/// The evidence for a note when it was published, and whether the note is right.
public struct LabelledEvidence: Sendable, Equatable {
    public var evidence: NoteEvidence
    public var isRight: Bool

    public init(_ evidence: NoteEvidence, isRight: Bool) {
        self.evidence = evidence
        self.isRight = isRight
    }

    /// Labels each note as right if a maximum matching pairs it with a reference note.
    public static func label(
        _ claims: [(note: Note, evidence: NoteEvidence)], reference: [Note]
    ) -> [LabelledEvidence] {
        let right = NoteMatching.hits(reference: reference, estimate: claims.map(\.note), within: .onset50)
        return claims.indices.map { LabelledEvidence(claims[$0].evidence, isRight: right.contains($0)) }
    }
}
