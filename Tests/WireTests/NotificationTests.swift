import Testing
import Wire

/// The lines documented on the protocol page. Names, order and number formats are contracts.
@Suite struct NotificationTests {
    static let golden: [(ServerMessage, String)] = [
        (
            .hello(
                Hello(
                    server: "noted 0.1.0", model: .init(name: "cnn-64", lookaheadMilliseconds: 185.7596),
                    source: "pulse", epoch: 3)),
            #"{"jsonrpc":"2.0","method":"hello","params":{"protocol":1,"server":"noted 0.1.0","model":{"name":"cnn-64","lookahead_ms":185.76},"source":"pulse","sample_rate":44100,"hop":512,"window":16384,"epoch":3}}"#
        ),
        (
            .hello(Hello(server: "noted", model: nil, source: "none", epoch: 0)),
            #"{"jsonrpc":"2.0","method":"hello","params":{"protocol":1,"server":"noted","model":null,"source":"none","sample_rate":44100,"hop":512,"window":16384,"epoch":0}}"#
        ),
        (
            .noteOn(
                NoteOn(
                    epoch: 1, sample: 44100, time: 1_700_000_000.25, note: 69, velocity: 80, confidence: 0.98765,
                    delayMilliseconds: 196.4)),
            #"{"jsonrpc":"2.0","method":"note_on","params":{"epoch":1,"sample":44100,"time":1700000000.25,"note":69,"name":"A4","velocity":80,"confidence":0.9877,"delay_ms":196.4}}"#
        ),
        (
            .noteOn(
                NoteOn(
                    epoch: 1, sample: 44100, time: 1, note: 60, velocity: 80, confidence: 1, delayMilliseconds: 0,
                    expected: false)),
            #"{"jsonrpc":"2.0","method":"note_on","params":{"epoch":1,"sample":44100,"time":1,"note":60,"name":"C4","velocity":80,"confidence":1,"delay_ms":0,"expected":false}}"#
        ),
        (
            .missed(Missed(epoch: 1, sample: 44100, time: 1.5, note: 61, beat: 4.25, measure: 2)),
            #"{"jsonrpc":"2.0","method":"missed","params":{"epoch":1,"sample":44100,"time":1.5,"note":61,"name":"C#4","beat":4.25,"measure":2}}"#
        ),
        (.score(ScoreState(score: nil)), #"{"jsonrpc":"2.0","method":"score","params":{"score":null}}"#),
        (
            .score(ScoreState(score: NotificationTests.score)),
            #"{"jsonrpc":"2.0","method":"score","params":{"score":{"name":"a.mxl","path":"","title":"\"A\"","composer":null,"beats":8.5,"duration_s":4.25,"measures":3,"first_measure":"0","last_measure":"2","events":7,"notes":9,"labels":["A","B"],"method":"standard","repeats":"score-order","warnings":["odd"]}}}"#
        ),
        (
            .noteOff(NoteOff(epoch: 1, sample: 66150, time: 1_700_000_000.75, note: 69, durationSeconds: 0.5)),
            #"{"jsonrpc":"2.0","method":"note_off","params":{"epoch":1,"sample":66150,"time":1700000000.75,"note":69,"duration_s":0.5}}"#
        ),
        (
            .resync(Resync(epoch: 2, sample: 0, active: [60, 64, 67])),
            #"{"jsonrpc":"2.0","method":"resync","params":{"epoch":2,"sample":0,"active":[60,64,67]}}"#
        ),
        (
            .position(
                Position(
                    epoch: 1, sample: 9, time: 1, beat: 4.5, measure: 2, beatInMeasure: 0.5, scoreSeconds: 2.25,
                    tempo: 120, confidence: 1, event: 7, beatUnit: 1.5, count: 1.333_333, pass: 2)),
            #"{"jsonrpc":"2.0","method":"position","params":{"epoch":1,"sample":9,"time":1,"beat":4.5,"measure":2,"beat_in_measure":0.5,"score_s":2.25,"tempo_bpm":120,"confidence":1,"event":7,"beat_unit":1.5,"count":1.333,"count_bpm":80,"pass":2}}"#
        ),
        (
            .followState(FollowState(state: .lost, confidence: 0.125)),
            #"{"jsonrpc":"2.0","method":"follow_state","params":{"state":"lost","confidence":0.125}}"#
        ),
        (
            .jump(Jump(fromBeat: 32, toBeat: 0)),
            #"{"jsonrpc":"2.0","method":"jump","params":{"from_beat":32,"to_beat":0}}"#
        ),
        (
            .sourceState(SourceState(state: .waiting, source: "alsa:hw:1", detail: "no such \"device\"\n")),
            #"{"jsonrpc":"2.0","method":"source_state","params":{"state":"waiting","source":"alsa:hw:1","detail":"no such \"device\"\n"}}"#
        ),
        (
            .sourceState(
                SourceState(
                    state: .running, source: "pulse:mic", detail: "x", channels: 2, channel: 1, areCancelling: true,
                    warnings: ["y"])),
            #"{"jsonrpc":"2.0","method":"source_state","params":{"state":"running","source":"pulse:mic","detail":"x","#
                + #""channels":2,"channel":1,"channels_cancel":true,"warnings":["y"]}}"#
        ),
        (
            .discontinuity(Discontinuity(epoch: 2, lostFrames: 4410, reason: "overrun")),
            #"{"jsonrpc":"2.0","method":"discontinuity","params":{"epoch":2,"lost_frames":4410,"reason":"overrun"}}"#
        ),
        (
            .tuning(TuningState(a4: 427.125, isAutomatic: true)),
            #"{"jsonrpc":"2.0","method":"tuning","params":{"a4":427.13,"automatic":true}}"#
        ),
        (
            .level(Level(epoch: 0, sample: 512, rms: -23.456, peak: -.infinity)),
            #"{"jsonrpc":"2.0","method":"level","params":{"epoch":0,"sample":512,"rms_dbfs":-23.46,"peak_dbfs":-120}}"#
        ),
        (
            .overload(Overload(epoch: 0, sample: 512, skippedHops: 3, totalSkippedHops: 9)),
            #"{"jsonrpc":"2.0","method":"overload","params":{"epoch":0,"sample":512,"skipped_hops":3,"total_skipped_hops":9}}"#
        ),
        (
            .bye(Bye(.tooSlow, detail: "read faster")),
            #"{"jsonrpc":"2.0","method":"bye","params":{"reason":"too_slow","detail":"read faster"}}"#
        ),
    ]

    static let score = ScoreDescription(
        name: "a.mxl", path: "", title: "\"A\"", composer: nil, beats: 8.5, durationSeconds: 4.25, measures: 3,
        firstMeasure: "0", lastMeasure: "2", events: 7, notes: 9, labels: ["A", "B"], method: "standard",
        repeats: "score-order", warnings: ["odd"])

    @Test(arguments: golden.indices) func encodingMatchesTheGoldenLine(index: Int) throws {
        let (message, expected) = Self.golden[index]
        #expect(String(decoding: message.encoded(), as: UTF8.self) == expected + "\n")
    }

    @Test(arguments: golden.indices) func goldenLineParses(index: Int) throws {
        let (message, line) = Self.golden[index]
        guard case .message(let read) = try ServerLine.parse(Array(line.utf8)) else {
            Issue.record("not a message")
            return
        }
        #expect(read.encoded() == message.encoded())
    }

    @Test func everyMethodHasAGoldenLine() {
        let covered = Set(Self.golden.map(\.0.method)).union([.activations])
        #expect(covered == Set(ServerMessage.Method.allCases))
    }

    @Test func activationsAreClippedAndRoundTrip() throws {
        var posteriors = [Float](repeating: 0, count: 128)
        (posteriors[0], posteriors[1], posteriors[2], posteriors[3]) = (.nan, -1, 2, .infinity)
        (posteriors[126], posteriors[127]) = (0.5, 1.0 / 255)
        let activations = Activations(epoch: 1, sample: 8192, posteriors: posteriors.span)
        #expect(Array(activations.values[0..<4]) == [0, 0, 255, 255])
        #expect(Array(activations.values[126...]) == [128, 1])
        #expect(try ServerLine.parse(activations.encoded().dropLast()) == .message(.activations(activations)))
    }

    @Test(arguments: [0, 127, 129]) func activationsArePaddedOrTruncated(count: Int) {
        let activations = Activations(epoch: 0, sample: 0, values: [UInt8](repeating: 7, count: count))
        #expect(activations.values.count == 128)
    }

    @Test func nonFiniteNumbersAreNeverWritten() throws {
        let message = NoteOn(
            epoch: 0, sample: .min, time: .infinity, note: 60, velocity: 1, confidence: .nan,
            delayMilliseconds: -.infinity)
        let text = String(decoding: message.encoded(), as: UTF8.self)
        #expect(!text.contains("nan") && !text.contains("inf"))
        #expect(throws: Never.self) { try ServerLine.parse(message.encoded().dropLast()) }
    }
}

extension ServerLine {
    static func parse(_ line: ArraySlice<UInt8>) throws(WireError) -> ServerLine { try parse(Array(line)) }
}
