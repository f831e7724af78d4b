import Scores
import Testing

@Suite("Tempo maps")
struct TempoMapTests {
    @Test("seconds and beats are inverse functions across changes")
    func inverse() {
        let map = TempoMap([.init(beat: 4, secondsPerBeat: 1), .init(beat: 0, secondsPerBeat: 0.25)])
        #expect(map.seconds(atBeat: 4) == 1)
        #expect(map.seconds(atBeat: 6) == 3)
        for beat in stride(from: 0.0, through: 12, by: 0.37) {
            #expect(abs(map.beat(atSeconds: map.seconds(atBeat: beat)) - beat) < 1e-9)
        }
    }

    @Test("tempi are clamped, and the last of two at one beat applies")
    func limits() {
        let map = TempoMap([
            .init(beat: 0, secondsPerBeat: 1), .init(beat: 0, secondsPerBeat: 1e9),
            .init(beat: .nan, secondsPerBeat: 1),
        ])
        #expect(map.secondsPerBeat(atBeat: 1) == TempoMap.limits.upperBound)
    }
}
