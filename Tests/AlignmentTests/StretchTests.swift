import Alignment
import Testing

@Suite("Stretches of an alignment")
struct StretchTests {
    private let stretch = ScoreAlignment.Stretch(anchors: [
        .init(beat: 0, time: 1), .init(beat: 2, time: 2), .init(beat: 4, time: 4),
    ])

    @Test(
        "times are interpolated between anchors and extrapolated beyond them",
        arguments: [
            (-1.0, 0.5), (0, 1), (1, 1.5), (2, 2), (3, 3), (4, 4), (5, 5),
        ])
    func time(beat: Double, expected: Double) {
        #expect(abs(stretch.time(atBeat: beat) - expected) < 1e-12)
    }

    @Test("ranges span the anchors")
    func ranges() {
        #expect(stretch.beats == 0...4)
        #expect(stretch.times == 1...4)
    }
}
