import Basics
import Foundation
import Testing
import Wire

@testable import NotedDaemon

@Suite struct SocketServerTests {
    private func isOn(_ note: Int) -> (ServerMessage) -> Bool? {
        { if case .noteOn(let on) = $0, on.note == note { true } else { nil } }
    }

    private func isOff(_ note: Int) -> (ServerMessage) -> Bool? {
        { if case .noteOff(let off) = $0, off.note == note { true } else { nil } }
    }

    private func bye(_ message: ServerMessage) -> Bye? {
        if case .bye(let bye) = message { bye } else { nil }
    }

    @Test func greetingIsHelloAndSourceState() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            guard case .message(.hello(let hello))? = try await client.line() else {
                Issue.record("the first line is not hello")
                return
            }
            #expect(hello.server == "noted test")
            #expect(hello.model?.name == "tiny")
            #expect(hello.epoch == 1)
            let state = try await client.line()
            #expect(state == .message(.sourceState(SourceState(state: .running, source: "test", detail: ""))))
            bench.publishOn(60)
            #expect(try await client.message(isOn(60)))
        }
    }

    @Test func newClientReceivesSoundingNotes() async throws {
        try await ServerBench.withBench { bench in
            bench.publishOn(60, sample: 100)
            bench.publishOn(64, sample: 200)
            bench.publishOff(60, sample: 300)
            let client = try bench.client()
            let resync = try await client.message { if case .resync(let resync) = $0 { resync } else { nil } }
            #expect(resync == Resync(epoch: 1, sample: 300, active: [64]))
        }
    }

    @Test func notesCarryTheirDelay() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            bench.publishOn(60)
            let note = try await client.message { if case .noteOn(let note) = $0 { note } else { nil } }
            #expect(note.delayMilliseconds > 0 && note.delayMilliseconds < 1000)
            let status = try await bench.server.status()
            #expect(status.delay.count == 1)
            #expect(status.delay.maximum > 0)
            #expect(status.delaySinceStart?.count == 1)
            #expect(status.delayFromSound?.count == 1)
        }
    }

    /// The system's clock is set by an hour between a note and its line.
    @Test(arguments: [3600.0, -3600]) func delaysIgnoreStepsOfTheWallClock(step: Double) async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            let note = NoteOn(
                epoch: 1, sample: 0, time: Clock.unix - 0.2 + step, note: 60, velocity: 64, confidence: 0.9,
                delayMilliseconds: 0)
            bench.hub.publish(Publication(.noteOn(note), arrival: Clock.monotonic, air: Clock.seconds - 0.2))
            let line = try await client.message { if case .noteOn(let note) = $0 { note } else { nil } }
            #expect(line.delayMilliseconds >= 200 && line.delayMilliseconds < 10_000)
            let delay = try #require(try await bench.server.status().delayFromSound)
            #expect(abs(delay.maximum) < 10_000)
        }
    }

    @Test func requestsAreAnswered() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            #expect(try await client.ask(.ping) == .success(.object([:])))
            let status = try await client.ask(.status).get().decoded(as: Status.self)
            #expect(status.clients == 1)
            #expect(status.model?.path == "/models/tiny")
            #expect(status.cpu.residentBytes > 0)
            let topics = try await client.ask(.subscribe([.level])).get().decoded(as: TopicList.self)
            #expect(topics.topics == [.notes, .position, .state, .level])
            #expect(bench.hub.isWanted(.level))
            _ = try await client.ask(.unsubscribe([.level]))
            #expect(!bench.hub.isWanted(.level))
        }
    }

    @Test func clientsReceiveOnlyTheirTopics() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            _ = try await client.ask(.unsubscribe([.notes]))
            bench.publishOn(60)
            bench.hub.publish(Publication(.discontinuity(Discontinuity(epoch: 2, lostFrames: 0, reason: "x"))))
            let next = try await client.line()
            #expect(next == .message(.discontinuity(Discontinuity(epoch: 2, lostFrames: 0, reason: "x"))))
            _ = try await client.ask(.subscribe([.notes]))
            let resync = try await client.message { if case .resync(let resync) = $0 { resync } else { nil } }
            #expect(resync.active == [60], "a client that subscribes again has missed notes")
        }
    }

    @Test func scoreAndFollowRequestsAreExecutedAndAnswered() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            let score = try await client.ask(.scoreLoad(.path("/x.mid"))).get().decoded(as: ScoreDescription.self)
            #expect(score.measures == 8)
            #expect(try await client.ask(.scoreUnload) == .success(.object([:])))
            let place = try await client.ask(.followStart).get().decoded(as: ScorePosition.self)
            #expect(place == ScorePosition(beat: 0, measure: 1))
            #expect(try await client.ask(.followPause) == .success(.object([:])))
            #expect(try await client.ask(.followGoto(.measure("7"))) == .success(.object([:])))
            bench.control.answer(with: .noScore)
            #expect(try await client.ask(.followResume) == .failure(.noScore))
            #expect(bench.control.requests.first == "score /x.mid")
            #expect(bench.control.requests.count == 6)
        }
    }

    @Test func newClientReceivesTheScore() async throws {
        try await ServerBench.withBench { bench in
            let score = try TestScore.loaded().description
            bench.hub.publish(Publication(.score(ScoreState(score: score))))
            bench.hub.publish(Publication(.followState(FollowState(state: .holding, confidence: 0.5))))
            let client = try bench.client()
            var methods: [String] = []
            for _ in 0..<4 {
                guard case .message(let message)? = try await client.line() else { break }
                methods.append(message.method.rawValue)
            }
            #expect(methods == ["hello", "source_state", "score", "follow_state"])
            bench.hub.publish(Publication(.score(ScoreState(score: nil))))
            let late = try await bench.greetedClient()
            bench.publishOn(60)
            guard case .message(.noteOn)? = try await late.line() else {
                Issue.record("a message about the unloaded score was sent")
                return
            }
        }
    }

    @Test func positionsComeAtTheRequestedRate() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            _ = try await client.ask(.subscribe([], positionRate: 1))
            for sample in 0..<50 {
                let position = Position(
                    epoch: 1, sample: Int64(sample), time: 0, beat: 0, measure: 1, beatInMeasure: 0, scoreSeconds: 0,
                    tempo: 60, confidence: 1, event: 0)
                bench.hub.publish(Publication(.position(position)))
            }
            bench.publishOn(60)
            var count = 0
            while case .message(.position)? = try await client.line() { count += 1 }
            #expect(count == 1)
        }
    }

    @Test func controlRequestsAreExecutedAndAnswered() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            #expect(try await client.ask(.modelLoad(path: "/m")) == .success(.object([:])))
            bench.control.answer(with: ResponseError(.sourceNotOpened, "no such source"))
            let refused = try await client.ask(.sourceSelect("pulse:x"))
            #expect(refused == .failure(ResponseError(.sourceNotOpened, "no such source")))
            #expect(bench.control.requests == ["model /m", "source pulse:x"])
        }
    }

    private func answeredIDs(_ count: Int, _ client: TestClient) async throws -> [RequestID] {
        var ids: [RequestID] = []
        while ids.count < count, let line = try await client.line() {
            if case .response(let id, _) = line { ids.append(id) }
        }
        return ids
    }

    @Test func slowRequestDoesNotDelayOthers() async throws {
        try await ServerBench.withBench { bench in
            let (busy, other) = (try bench.client(), try bench.client())
            bench.control.hold()
            try await busy.send(ClientRequest(id: .integer(1), .modelLoad(path: "/m")).encoded())
            #expect(try await other.ask(.ping) == .success(.object([:])))
            bench.publishOn(60)
            #expect(try await busy.message(isOn(60)), "events continue meanwhile")
            bench.control.release()
            #expect(try await answeredIDs(1, busy) == [.integer(1)])
        }
    }

    @Test func pauseIsExecutedWhileAScoreLoads() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            bench.control.hold()
            try await client.send(ClientRequest(id: .integer(1), .scoreLoad(.path("/x.mid"), .init())).encoded())
            try await client.send(ClientRequest(id: .integer(2), .ping).encoded())
            #expect(try await answeredIDs(1, client) == [.integer(2)])
            try await client.send(ClientRequest(id: .integer(3), .followPause).encoded())
            try await client.send(ClientRequest(id: .integer(4), .followStart).encoded())
            try await client.send(ClientRequest(id: .integer(5), .ping).encoded())
            #expect(try await answeredIDs(1, client) == [.integer(5)])
            #expect(bench.control.requests == ["score /x.mid", "follow pause", "follow start"], "started in order")
            bench.control.release()
            #expect(Set(try await answeredIDs(3, client)) == [.integer(1), .integer(3), .integer(4)])
        }
    }

    @Test func requestsInFlightAreBounded() async throws {
        try await ServerBench.withBench { bench in
            let (greedy, other) = (try bench.client(), try bench.client())
            bench.control.hold()
            let load = ClientRequest(id: .integer(1), .scoreLoad(.path("/x.mid"), .init())).encoded()
            for _ in 0..<200 { try await greedy.send(load) }
            #expect(try await other.ask(.ping) == .success(.object([:])))
            while bench.control.requests.count < RequestIntake.maximumRunning {
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .milliseconds(20))
            #expect(bench.control.requests.count == RequestIntake.maximumRunning)
            bench.control.release()
            #expect(try await answeredIDs(200, greedy).count == 200)
        }
    }

    /// A response that is available at once lets the next request be handled. This must not recurse, or the stack would
    /// overflow.
    @Test func thousandsOfRequestsInOneWrite() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            let line = Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"follow.pause\"}\n".utf8)
            let descriptor = client.descriptor
            let writing = Task {
                try await TestClient.send(Array(repeatElement(line, count: 5000).joined()), to: descriptor)
            }
            #expect(try await answeredIDs(5000, client).count == 5000)
            try await writing.value
        }
    }

    @Test func clientMayDisconnectDuringItsRequest() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            bench.control.hold()
            try await client.send(ClientRequest(id: .integer(1), .modelLoad(path: "/m")).encoded())
            while bench.control.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            client.disconnect()
            try await bench.wait(for: "the client to disconnect") { $0.clientCount == 0 }
            bench.control.release()
            #expect(try await bench.client().ask(.ping) == .success(.object([:])))
        }
    }

    @Test func invalidLinesAreAnsweredWithErrors() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            let cases: [([UInt8], ResponseError.Code)] = [
                (Array("nonsense\n".utf8), .parse),
                ([0xff, 0xfe, 0x0a], .parse),
                (Array("{}\n".utf8), .invalidRequest),
                (Array("[]\n".utf8), .invalidRequest),
                (Array("\"text\"\n".utf8), .invalidRequest),
                (Array(#"{"jsonrpc":"2.0","id":1,"method":"dance"}"#.utf8) + [0x0a], .unknownMethod),
                (
                    Array(#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["x"]}}"#.utf8) + [0x0a],
                    .invalidParameters
                ),
            ]
            for (line, code) in cases {
                try await client.send(line)
                guard case .response(_, .failure(let error))? = try await client.line() else {
                    Issue.record("\(String(decoding: line, as: UTF8.self)) was accepted")
                    continue
                }
                #expect(error.knownCode == code)
                #expect(!error.message.isEmpty)
            }
            #expect(try await client.ask(.ping) == .success(.object([:])))
            #expect(try await bench.server.status().counters.refusedLines == Int64(cases.count))
        }
    }

    @Test func oversizeLineIsRejectedAndSkipped() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            try await client.send([UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000) + [0x0a])
            guard case .response(.null, .failure(let error))? = try await client.line() else {
                Issue.record("no error arrived")
                return
            }
            #expect(error.knownCode == .lineTooLong)
            #expect(try await client.ask(.ping) == .success(.object([:])))
        }
    }

    @Test(arguments: 0..<4) func garbageDoesNotAffectOtherClients(seed: Int) async throws {
        try await ServerBench.withBench { bench in
            var random = SplitMix64(seed: UInt64(seed))
            let witness = try await bench.greetedClient()
            for _ in 0..<8 {
                let client = try bench.client()
                for _ in 0..<20 {
                    let count = Int.random(in: 0..<400, using: &random)
                    let bytes = (0..<count).map { _ -> UInt8 in
                        Bool.random(using: &random)
                            ? UInt8.random(in: 0...255, using: &random)
                            : Array(#"{}[]":,\n0a"#.utf8).randomElement(using: &random) ?? 0
                    }
                    try? await client.send(bytes + (Bool.random(using: &random) ? [0x0a] : []))
                }
                if Bool.random(using: &random) { client.finishSending() }
                client.disconnect()
            }
            bench.publishOn(60)
            #expect(try await witness.message(isOn(60)))
            try await bench.wait(for: "the other clients to disconnect") { $0.clientCount == 1 }
        }
    }

    @Test func halfClosedClientStillReceivesEvents() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            client.finishSending()
            for note in 60..<65 {
                bench.publishOn(note)
                #expect(try await client.message(isOn(note)))
            }
            client.disconnect()
            try await bench.wait(for: "the closed connection to be detected") { $0.clientCount == 0 }
        }
    }

    @Test func requestsBeforeHalfCloseAreAnswered() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            try await client.send(ClientRequest(id: .integer(3), .ping).encoded())
            client.finishSending()
            while let line = try await client.line() {
                if case .response(.integer(3), .success) = line { return }
            }
            Issue.record("no response arrived")
        }
    }

    @Test func slowClientReceivesSoundingNotesWhenItReadsAgain() async throws {
        try await ServerBench.withBench(settings: { $0.session.queue = 5000 }) { bench in
            let slow = try await bench.greetedClient()
            bench.publishOn(40)
            try await bench.publishFlood()
            let quick = try await bench.greetedClient()
            bench.publishOn(41)
            #expect(try await quick.message(within: 10, isOn(41)), "a slow client delays nobody")
            var sounding = ActiveNotes()
            var sawResync = false
            while !(sounding.notes == [40, 41] && sawResync), let line = try await slow.line() {
                guard case .message(let message) = line else { continue }
                sounding.apply(message)
                if case .resync = message { sawResync = true }
            }
            #expect(sawResync)
            bench.publishOff(40)
            #expect(try await slow.message(isOff(40)))
            #expect(try await bench.server.status().counters.resyncs >= 1)
        }
    }

    @Test func clientThatNeverReadsIsDisconnected() async throws {
        try await ServerBench.withBench(settings: {
            $0.session.queue = 5000
            $0.session.patience = 0.2
            $0.closeTimeout = 0.1
        }) { bench in
            let stuck = try await bench.greetedClient()
            try await bench.publishFlood()
            try await bench.wait(for: "the client to be disconnected") { $0.clientCount == 0 }
            let status = try await bench.server.status()
            #expect(status.counters.droppedClients == 1)
            while try await stuck.rawLine() != nil {}
        }
    }

    @Test func slowClientReceivesByeIfItReadsInTime() async throws {
        try await ServerBench.withBench(settings: {
            $0.session.queue = 5000
            $0.session.patience = 0.2
            $0.closeTimeout = 5
        }) { bench in
            let stuck = try await bench.greetedClient()
            try await bench.publishFlood()
            try await bench.wait(for: "the client to be disconnected") { $0.metrics.droppedClients == 1 }
            #expect(try await stuck.message(bye).reason == Bye.Reason.tooSlow.rawValue)
            #expect(try await stuck.line() == nil)
        }
    }

    @Test func unreadResponsesAreBounded() async throws {
        try await ServerBench.withBench(settings: { $0.session.queue = 50_000 }) { bench in
            let greedy = try await bench.greetedClient()
            let request = ClientRequest(id: .integer(1), .status).encoded()
            let descriptor = greedy.descriptor
            let writer = Task {
                for _ in 0..<2000 { try await TestClient.send(request, to: descriptor) }
            }
            let other = try await bench.greetedClient()
            bench.publishOn(60)
            #expect(try await other.message(isOn(60)))
            let pending = try await bench.server.onLoop { $0.largestPending }
            #expect(pending < 27_000, "half of the queue, and one response")
            var answers = 0
            while answers < 2000, let line = try await greedy.line() {
                if case .response = line { answers += 1 }
            }
            #expect(answers == 2000, "every response arrives eventually")
            try await writer.value
        }
    }

    @Test func excessClientsAreRejected() async throws {
        try await ServerBench.withBench(settings: { $0.maximumClients = 2 }) { bench in
            let clients = [try await bench.greetedClient(), try await bench.greetedClient()]
            let third = try bench.client()
            let reason = try await third.message(bye)
            #expect(reason.reason == Bye.Reason.tooManyClients.rawValue)
            #expect(reason.detail.contains("2"))
            #expect(try await third.line() == nil)
            clients[0].disconnect()
            try await bench.wait(for: "a free slot") { $0.clientCount == 1 }
            _ = try await bench.greetedClient()
        }
    }

    @Test func shutdownSendsByeLast() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            bench.publishOn(60)
            bench.publishOff(60)
            await bench.server.shutDown()
            #expect(try await client.message(isOn(60)))
            #expect(try await client.message(isOff(60)))
            #expect(try await client.message(bye).reason == Bye.Reason.shutdown.rawValue)
            #expect(try await client.line() == nil)
        }
    }

    @Test func shutdownDoesNotWaitForClientsThatNeverRead() async throws {
        try await ServerBench.withBench(settings: { $0.closeTimeout = 0.2 }) { bench in
            let stuck = try await bench.greetedClient()
            try await bench.publishFlood()
            let began = Clock.seconds
            await bench.server.shutDown()
            #expect(Clock.seconds - began < 3)
            _ = stuck
        }
    }

    /// A hundred clients, some of which half-close or disconnect while notes are played. The others miss nothing.
    @Test func hundredClientsReceiveEveryNote() async throws {
        try await ServerBench.withBench { bench in
            var clients: [TestClient] = []
            for _ in 0..<100 { clients.append(try bench.client()) }
            try await bench.wait(for: "all clients") { $0.clientCount == 100 }
            for index in stride(from: 0, to: 100, by: 5) { clients[index].finishSending() }
            for note in 0..<100 {
                bench.publishOn(note)
                if note == 30 { for index in stride(from: 1, to: 100, by: 5) { clients[index].disconnect() } }
                bench.publishOff(note)
                try await Task.sleep(for: .milliseconds(2))
            }
            for index in 0..<100 where index % 5 != 1 {
                var notes: [Int] = []
                while notes.count < 200, let line = try await clients[index].line() {
                    switch line {
                    case .message(.noteOn(let note)): notes.append(note.note)
                    case .message(.noteOff(let note)): notes.append(note.note)
                    default: break
                    }
                }
                #expect(notes == (0..<100).flatMap { [$0, $0] })
            }
            try await bench.wait(for: "the disconnected clients to leave") { $0.clientCount == 80 }
            let delay = try await bench.server.status().delay
            #expect(delay.count == 100)
        }
    }

    @Test func abortedConnectionsLeaveNoDescriptors() async throws {
        try await ServerBench.withBench { bench in
            func descriptors() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            }
            _ = try descriptors()
            for round in 0..<200 {
                let client = try bench.client()
                if round % 3 == 0 { try await client.send("half a li") }
                if round % 3 == 1 { client.finishSending() }
                client.disconnect()
                if round % 20 == 0 { bench.publishOn(round % 128) }
            }
            try await bench.wait(for: "all clients to disconnect") {
                $0.clientCount == 0 && $0.metrics.connections == 200
            }
        }
    }
}
