import Testing
import Wire

@Suite struct ResponseTests {
    private func read(_ bytes: [UInt8]) throws -> ServerLine {
        #expect(bytes.last == 0x0A)
        return try ServerLine.parse(bytes.dropLast())
    }

    @Test func successContainsTheResult() throws {
        let bytes = Response.success(id: .string("a"), TopicList([.level, .notes]))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":"a","result":{"topics":["notes","level"]}}"# + "\n")
        guard case .response(.string("a"), .success(let value)) = try read(bytes) else {
            Issue.record("not a success")
            return
        }
        #expect(try value.decoded(as: TopicList.self) == TopicList([.notes, .level]))
    }

    @Test func failureContainsCodeAndMessage() throws {
        for code in ResponseError.Code.allCases {
            let error = ResponseError(code, "no \"x\"\u{1}; try y")
            #expect(try read(Response.failure(id: .null, error)) == .response(id: .null, .failure(error)))
            #expect(error.knownCode == code)
        }
    }

    @Test func emptyResultIsAnEmptyObject() throws {
        #expect(
            try read(Response.success(id: .integer(1), EmptyResult()))
                == .response(id: .integer(1), .success(.object([:]))))
    }

    static let status = Status(
        server: "noted 0.1.0", processID: 42, uptimeSeconds: 12.5, epoch: 2, sample: 1 << 60,
        source: .init(
            source: "pulse", state: .running, detail: "monitor", rate: 48000, channels: 2,
            latencyMilliseconds: 10.25, isRealTime: true),
        model: .init(name: "cnn", path: "/m", lookaheadMilliseconds: 185.76, window: 16384, hop: 512, parameters: 9),
        notes: [60, 64], level: .init(rms: -20, peak: .nan),
        delay: .init(count: 3, median: 1, p90: 2, p99: 3, maximum: 4),
        cpu: .init(percent: 1.5, analysisPercent: 1.25, residentBytes: 1 << 33),
        counters: .init(
            hops: 1, skippedHops: 2, silentHops: 3, overruns: 4, lostFrames: 5, discontinuities: 6,
            reconnects: 7, notes: 8, connections: 9, droppedClients: 10, resyncs: 11, refusedLines: 12, scores: 13,
            jumps: 14, expectedNotes: 15, unexpectedNotes: 16, missedNotes: 17),
        clients: 5, score: NotificationTests.score,
        follow: .init(
            state: .holding, isPaused: true,
            position: Position(
                epoch: 1, sample: 9, time: 1, beat: 4.5, measure: 2, beatInMeasure: 0.5, scoreSeconds: 2.25, tempo: 120,
                confidence: 1, event: 7),
            hopMilliseconds: 0.125))

    @Test func statusRoundTrips() throws {
        for model in [Self.status.model, nil] {
            var status = Self.status
            status.model = model
            if model == nil { (status.score, status.follow) = (nil, nil) }
            guard case .response(_, .success(let value)) = try read(Response.success(id: .integer(1), status)) else {
                Issue.record("not a success")
                return
            }
            #expect(try value.decoded(as: Status.self) == status)
        }
    }

    @Test func unknownNotificationsAreReportedAsUnknown() throws {
        #expect(
            try ServerLine.parse(Array(#"{"jsonrpc":"2.0","method":"news","params":3}"#.utf8))
                == .unknown(method: "news"))
    }

    @Test(arguments: [
        "", "garbage", "[]", "3", "{}", #"{"id":1}"#, #"{"method":"note_on"}"#, #"{"method":"note_on","params":[]}"#,
        #"{"method":"note_on","params":{"epoch":1}}"#, #"{"method":7}"#, #"{"id":1,"error":{}}"#,
        #"{"method":"note_off","params":{"epoch":0,"sample":0,"time":0,"note":128,"duration_s":1}}"#,
        #"{"method":"resync","params":{"epoch":0,"sample":0,"active":[60,-1]}}"#,
        #"{"method":"activations","params":{"epoch":0,"sample":0,"base64":"AAAA"}}"#,
    ]) func invalidLinesAreErrors(line: String) {
        #expect(throws: WireError.self) { try ServerLine.parse(Array(line.utf8)) }
    }
}
