import Readout
import Testing
import Wire

@Suite struct StatusTableTests {
    private var status: Status {
        Status(
            server: "noted 0.1.0", processID: 42, uptimeSeconds: 3725, epoch: 2, sample: 0,
            source: .init(source: "pulse", state: .running, detail: "Built-in", rate: 48000, channels: 1),
            model: .init(
                name: "cnn", path: "/m", lookaheadMilliseconds: 185.76, window: 16384, hop: 512, parameters: 9),
            notes: [60, 64], level: .init(rms: -20, peak: -6.25),
            delay: .init(count: 3, median: 1, p90: 2, p99: 3, maximum: 4),
            cpu: .init(percent: 1.5, analysisPercent: 1.25, residentBytes: 80_000_000),
            counters: .init(hops: 100, silentHops: 3, overruns: 1, lostFrames: 44_100, discontinuities: 2, notes: 8),
            clients: 5)
    }

    @Test func formatsStatus() {
        #expect(
            StatusTable(status).text == """
                daemon    noted 0.1.0, process 42, up 1 h 2 min, epoch 2
                source    pulse: running
                          Built-in, 48000 Hz, 1 channel, no real-time priority
                model     cnn, lookahead 185.8 ms, 9 parameters
                          /m
                score     none
                sounding  C4 E4
                level     -20.0 dB, peak -6.3 dB
                delay     median 1.0, 90% 2.0, 99% 3.0, max 4.0 ms plus the model's lookahead, over 3 notes
                lost      1.00 s of audio, 1 overrun, 2 discontinuities
                analysed  100 hops (3 silent), 8 notes
                clients   5 now, 0 in total, 0 dropped as too slow, 0 resynchronised, 0 lines rejected
                cost      1.5% of one core, 1.3% for analysis, 80 MB
                """)
    }

    @Test func reportsALostPriority() {
        var status = status
        status.source.hasLostPriority = true
        #expect(StatusTable(status).text.contains("1 channel, real-time priority lost\n"))
        status.source.isRealTime = true
        #expect(StatusTable(status).text.contains("1 channel, real-time priority\n"))
    }

    @Test func formatsAScore() {
        var status = status
        status.score = Messages.score
        status.counters = .init(jumps: 1, expectedNotes: 40, unexpectedNotes: 2, missedNotes: 3)
        guard case .position(let position) = Messages.position(beat: 45.5, unit: 1.5) else { return }
        status.follow = .init(state: .following, isPaused: false, position: position, hopMilliseconds: 0.0254)
        #expect(
            StatusTable(status).text.contains(
                """
                score     Prelude in C (prelude.mid), 35 measures, 140 beats, 2 min 11 s at the notated tempo
                          method standard, repeats score-order
                          /music/prelude.mid
                following following, measure 12 beat 2.0 at 44 bpm, confidence 0.97, 0.025 ms per hop
                notes     40 correct, 2 wrong, 3 missed, 1 jump
                """))
        status.follow?.isPaused = true
        #expect(StatusTable(status).text.contains("following paused, measure 12"))
    }

    @Test func formatsAnIdleDaemon() {
        var status = status
        status.model = nil
        status.notes = []
        status.delay.count = 0
        status.counters = .init()
        status.source = .init(source: "none", state: .waiting, detail: "")
        let lines = StatusTable(status).text.split(separator: "\n")
        #expect(lines.contains("model     none"))
        #expect(lines.contains("sounding  nothing"))
        #expect(lines.contains("delay     no notes yet"))
        #expect(lines.contains("lost      nothing"))
        #expect(lines.contains("source    none: waiting"))
    }
}
