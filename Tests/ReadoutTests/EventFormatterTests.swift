import Readout
import Testing
import Wire

@Suite struct EventFormatterTests {
    private let formatter = EventFormatter(timeOfDay: { "@\($0)" })

    @Test(arguments: [
        (Messages.on(69, time: 7), "@7.0 on  A4   note=69 velocity=80 confidence=0.90 delay_ms=200"),
        (Messages.on(0, time: 7), "@7.0 on  C-1  note=0 velocity=80 confidence=0.90 delay_ms=200"),
        (Messages.off(61, duration: 0.5, time: 8), "@8.0 off C#4  note=61 duration_s=0.500"),
        (Messages.hello(), "@1.0 hello server=\"noted 0.1.0\" model=cnn-64 epoch=1 source=pulse"),
        (Messages.source(.waiting, detail: "a\nb"), "@1.0 source state=waiting source=pulse:mic detail=\"a b\""),
        (.resync(Resync(epoch: 1, sample: 2, active: [60, 64])), "@1.0 resync active=C4,E4"),
        (
            .discontinuity(Discontinuity(epoch: 2, lostFrames: 10, reason: "overrun")),
            "@1.0 discontinuity epoch=2 lost_frames=10 reason=overrun"
        ),
        (.overload(Overload(epoch: 1, sample: 0, skippedHops: 3, totalSkippedHops: 3)), "@1.0 overload skipped_hops=3"),
        (.bye(Bye(.shutdown)), "@1.0 bye reason=shutdown detail=\"\""),
        (.followState(FollowState(state: .lost, confidence: 0)), "@1.0 follow state=lost confidence=0.00"),
        (
            Messages.on(69, time: 7, expected: false),
            "@7.0 on  A4   note=69 velocity=80 confidence=0.90 delay_ms=200 expected=no"
        ),
        (
            .missed(Missed(epoch: 1, sample: 0, time: 7, note: 61, beat: 4.5, measure: 2)),
            "@7.0 missed C#4  note=61 measure=2 beat=4.500"
        ),
        (Messages.position(beat: 4.5), "@1.0 position measure=2 count=1.50 beat=4.500 tempo_bpm=66.0 confidence=0.97"),
        (.score(ScoreState(score: nil)), "@1.0 score none"),
        (
            .score(ScoreState(score: Messages.score)),
            "@1.0 score name=prelude.mid title=\"Prelude in C\" measures=35 beats=140 method=standard repeats=score-order"
        ),
        (.jump(Jump(fromBeat: 1, toBeat: 2.5)), "@1.0 jump from_beat=1.000 to_beat=2.500"),
    ]) func formatsEachEvent(message: ServerMessage, line: String) {
        #expect(formatter.line(message, now: 1) == line)
    }

    @Test func levelsAreOmitted() {
        #expect(formatter.line(Messages.level(-1, peak: 0), now: 1) == nil)
    }

    @Test(arguments: [0.0, -0.25, 1_700_000_000.999, .nan, .infinity, 1e300, -1e300])
    func timesHaveAFixedFormat(time: Double) {
        #expect(EventFormatter.localTime(time).wholeMatch(of: /[0-9-]{2}:[0-9-]{2}:[0-9-]{2}\.[0-9-]{3}/) != nil)
    }
}
