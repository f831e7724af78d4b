import Music
import Networks

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
