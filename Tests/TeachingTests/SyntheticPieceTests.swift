import Testing

@testable import Teaching

struct SyntheticPieceTests {
    @Test func piecesArePlayableAndDistinct() {
        let pieces = (0..<40).map { SyntheticPiece(seed: UInt64($0), seconds: 60).notes }
        #expect(Set(pieces).count == 40)
        #expect(SyntheticPiece(seed: 7, seconds: 60).notes == pieces[7])
        for notes in pieces {
            #expect(notes.count > 20 && notes.count < 4000)
            #expect(
                notes.allSatisfy {
                    (21...108).contains($0.pitch) && $0.start < $0.end && $0.end < 70 && $0.velocity < 128
                })
            #expect((notes.last?.start ?? 0) > 45)
        }
        let programs = Set(pieces.joined().compactMap(\.program))
        #expect(programs.count >= 10)
    }
}
