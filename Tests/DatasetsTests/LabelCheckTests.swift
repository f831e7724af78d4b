import Datasets
import Music
import Testing

@Suite struct LabelCheckTests {
    private static func findings(_ notes: [Note], seconds: Double? = 10) -> [Finding] {
        LabelCheck(notes.map { LabelFile.Label($0) }, seconds: seconds).findings
    }

    private static func note(_ pitch: Int, _ start: Double, _ end: Double, _ program: Int? = 0) -> Note {
        Note(pitch: pitch, start: start, end: end, program: program)
    }

    @Test func validLabelsHaveNoFindings() {
        #expect(Self.findings([Self.note(60, 0, 1), Self.note(60, 1, 2), Self.note(64, 0.5, 10.01)]).isEmpty)
        // Two instruments may play the same pitch.
        #expect(Self.findings([Self.note(60, 0, 2, 40), Self.note(60, 1, 3, 41)]).isEmpty)
    }

    @Test func findsOverlaps() {
        let findings = Self.findings([
            Self.note(60, 0, 5), Self.note(60, 1, 2), Self.note(60, 4, 6), Self.note(60, 6, 7), Self.note(61, 0, 5),
        ])
        #expect(findings.map(\.kind) == [.overlappingLabels])
        #expect(findings[0].count == 2 && findings[0].severity == .warning)
        #expect(findings[0].detail.contains("first: at 1.00 s"))
    }

    @Test func findsLabelsOutsideTheAudio() {
        let some = Self.findings([Self.note(60, 0, 1), Self.note(61, 9, 10.2), Self.note(62, -1, 0.5)])
        #expect(some.map(\.kind) == [.labelsOutside] && some[0].count == 2)
        let all = Self.findings([Self.note(60, 10, 11), Self.note(61, 12, 13)])
        #expect(all.map(\.kind) == [.noLabelInside] && all[0].severity == .error)
        #expect(Self.findings([Self.note(60, 100, 101)], seconds: nil).isEmpty)
    }

    @Test func findsOtherProblems() {
        #expect(Self.findings([]).map(\.kind) == [.noLabels])
        #expect(Self.findings([Self.note(60, 1, 1)]).map(\.kind) == [.zeroLength])
        #expect(Self.findings([Self.note(20, 1, 2), Self.note(109, 1, 2), Self.note(21, 1, 2)]).map(\.count) == [2])
    }
}
