import Basics
import Glibc
import Synchronization
import Testing
import Wire

@testable import NotedDaemon

/// Requests at the edges: without permission, very long, and under way when the daemon stops.
@Suite struct SocketRequestTests {
    private func answers(_ count: Int, _ client: TestClient) async throws -> [(RequestID, ResponseError.Code?)] {
        var answers: [(RequestID, ResponseError.Code?)] = []
        while answers.count < count, let line = try await client.line() {
            guard case .response(let id, let result) = line else { continue }
            if case .failure(let error) = result {
                answers.append((id, error.knownCode))
            } else {
                answers.append((id, nil))
            }
        }
        return answers
    }

    private func upload(_ id: Int64, bytes: Int) -> [UInt8] {
        let data = [UInt8](repeating: 7, count: bytes)
        return ClientRequest(id: .integer(id), .scoreLoad(.data(name: "x.mid", bytes: data))).encoded()
    }

    @Test func clientsWithoutPermissionMayOnlyRead() async throws {
        try await ServerBench.withBench { bench in
            let peer = PeerCredentials(process: 1, user: 1, groups: [])
            let client = try await bench.greetedClient()
            try await bench.server.onLoop { publisher in publisher.setPeers(to: peer) }
            for command: Command in [
                .modelLoad(path: "/m"), .sourceSelect("none"), .scoreLoad(.path("/x")), .scoreUnload, .followStart,
                .followPause, .followResume, .followGoto(.beat(1)),
            ] {
                guard case .failure(let error) = try await client.ask(command) else {
                    Issue.record("\(command) was executed")
                    continue
                }
                #expect(error.knownCode == .notPermitted)
            }
            #expect(bench.control.requests.isEmpty)
            #expect(try await client.ask(.ping) == .success(.object([:])))
            _ = try await client.ask(.subscribe([.level])).get()
            _ = try await client.ask(.status).get()
        }
    }

    @Test func permissionIsDeterminedForEachRequest() async throws {
        let isMember = SharedFlag()
        try await ServerBench.withBench(settings: {
            $0.access = ControlAccess { isMember.value ? [77] : [] }
        }) { bench in
            let client = try await bench.greetedClient()
            let peer = PeerCredentials(process: 1, user: 1, groups: [77])
            try await bench.server.onLoop { publisher in publisher.setPeers(to: peer) }
            guard case .failure = try await client.ask(.scoreUnload) else {
                Issue.record("the request was executed")
                return
            }
            isMember.value = true
            #expect(try await client.ask(.scoreUnload) == .success(.object([:])))
        }
    }

    /// A long line is parsed elsewhere; the client's own requests still start in their order.
    @Test func requestsAfterALongOneKeepTheirOrder() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            var stream: [UInt8] = []
            for round in 0..<5 as Range<Int64> {
                stream += upload(3 * round, bytes: 300_000)
                stream += ClientRequest(id: .integer(3 * round + 1), .followPause).encoded()
                stream += ClientRequest(id: .integer(3 * round + 2), .ping).encoded()
            }
            let (descriptor, bytes) = (client.descriptor, stream)
            let writing = Task { try await TestClient.send(bytes, to: descriptor) }
            let ids = try await answers(15, client).map(\.0)
            #expect(ids == (0..<15).map { .integer($0) })
            #expect(bench.control.requests == Array(repeatElement(["score data", "follow pause"], count: 5).joined()))
            try await writing.value
        }
    }

    @Test func invalidLongLinesAreAnswered() async throws {
        try await ServerBench.withBench { bench in
            let client = try bench.client()
            let size = RequestParser.longLine + 1
            let filler = [UInt8](repeating: UInt8(ascii: "x"), count: size)
            try await client.send(filler + [0x0A])
            try await client.send([UInt8](repeating: 0xFF, count: size) + [0x0A])
            let head = #"{"jsonrpc":"2.0","id":3,"method":"model.load","params":{"path":""#
            try await client.send(Array((head + "/").utf8) + filler + Array("\"}}\n".utf8))
            let codes = try await answers(3, client)
            #expect(codes.map(\.0) == [.null, .null, .integer(3)])
            #expect(codes.map(\.1) == [.parse, .parse, .invalidParameters])
        }
    }

    @Test func requestsUnderWayAreAnsweredAtShutdown() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            bench.control.hold()
            // More than may run at once: the rest waits in the daemon and in the kernel.
            let load = { ClientRequest(id: .integer($0), .modelLoad(path: "/m")).encoded() }
            for id in 0..<200 as Range<Int64> { try await client.send(load(id)) }
            try await bench.wait(for: "the requests to start") { _ in
                bench.control.requests.count == RequestIntake.maximumRunning
            }
            let server = bench.server
            async let end: Void = server.shutDown()
            let answers = try await answers(200, client)
            #expect(answers.map(\.0) == (0..<200).map { .integer($0) })
            #expect(answers.allSatisfy { $0.1 == .unavailable })
            guard case .message(.bye)? = try await client.line() else {
                Issue.record("bye is missing")
                return
            }
            #expect(bench.control.requests.count == RequestIntake.maximumRunning)
            await end
            // Too late to matter.
            bench.control.release()
        }
    }

    @Test func aLongRequestIsAnsweredAtShutdown() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            bench.control.hold()
            try await client.send(upload(1, bytes: 3_000_000))
            let server = bench.server
            async let end: Void = server.shutDown()
            let answers = try await answers(1, client)
            #expect(answers.map(\.0) == [.integer(1)])
            #expect(answers.map(\.1) == [.unavailable])
            await end
        }
    }

    @Test func changesAreRefusedWhileTheDaemonStops() async throws {
        try await ServerBench.withBench { bench in
            let client = try await bench.greetedClient()
            try await bench.server.onLoop { $0.refuseRequests() }
            #expect(try await client.ask(.followPause) == .failure(.stopping))
            #expect(try await client.ask(.ping) == .success(.object([:])))
            #expect(bench.control.requests.isEmpty)
        }
    }

    /// The kernel holds little for a client that doesn't read, so nearly everything obeys the rules of `Delivery`.
    @Test func kernelBufferIsSmall() async throws {
        try await ServerBench.withBench(settings: { $0.session.queue = 64 << 10 }) { bench in
            let client = try await bench.greetedClient()
            try await bench.publishFlood()
            var waiting: Int32 = 0
            _ = ioctl(client.descriptor, UInt(FIONREAD), &waiting)
            #expect(waiting > 0 && waiting <= 32 << 10)
        }
    }
}

/// A flag that a test changes while the server reads it.
private final class SharedFlag: Sendable {
    private let state = Atomic(false)

    var value: Bool {
        get { state.load(ordering: .relaxed) }
        set { state.store(newValue, ordering: .relaxed) }
    }
}
