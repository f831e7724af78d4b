import Glibc
import Readout
import Terminal
import Testing
import Wire

/// A listening socket whose clients are served by the test; removed with its directory on `deinit`.
private final class TestServer {
    let path: String
    private let listener: Int32
    private let directory: String

    init() throws {
        var template = Array("/tmp/noted-test-XXXXXX".utf8CString)
        directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        path = directory + "/socket"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        try #require(listen(listener, 4) == 0)
    }

    deinit {
        close(listener)
        unlink(path)
        rmdir(directory)
    }

    func accept() -> Int32 { Glibc.accept(listener, nil, nil) }

    static func serve(_ bytes: [UInt8], to client: Int32) {
        _ = bytes.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}

@Suite struct ConnectionTests {
    @Test func requestSkipsNotifications() throws {
        let server = try TestServer()
        let connection = try DaemonConnection(path: server.path)
        let client = server.accept()
        defer { close(client) }
        TestServer.serve(Messages.hello().encoded() + Messages.on(60).encoded(), to: client)
        TestServer.serve(Response.success(id: .integer(1), TopicList([.notes])), to: client)
        let answer = try connection.request(.subscribe([.notes]), timeout: 5)
        #expect(try answer.decoded(as: TopicList.self) == TopicList([.notes]))
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = recv(client, &buffer, buffer.count, 0)
        #expect(try ClientRequest.parse(Array(buffer[..<(count - 1)])).command == .subscribe([.notes]))
    }

    @Test func aRejectionCarriesTheDaemonsMessage() throws {
        let server = try TestServer()
        let connection = try DaemonConnection(path: server.path)
        let client = server.accept()
        defer { close(client) }
        let error = ResponseError(.modelNotLoaded, "no such model")
        TestServer.serve(Response.failure(id: .integer(1), error), to: client)
        #expect(throws: ConnectionError.refused(error)) { try connection.request(.modelLoad(path: "/m"), timeout: 5) }
        #expect(ConnectionError.refused(error).exitStatus == .badData)
    }

    @Test func anUnresponsiveDaemonTimesOut() throws {
        let server = try TestServer()
        let connection = try DaemonConnection(path: server.path)
        #expect(throws: ConnectionError.timedOut(seconds: 0.05)) { try connection.request(.ping, timeout: 0.05) }
    }

    @Test func aClosedConnectionReportsTheDaemonsReason() throws {
        let server = try TestServer()
        let connection = try DaemonConnection(path: server.path)
        let client = server.accept()
        // The peer closes after its data is sent, so `bye` is read first.
        TestServer.serve(ServerMessage.bye(Bye(.shutdown)).encoded(), to: client)
        shutdown(client, Int32(SHUT_WR))
        #expect(throws: ConnectionError.closed(reason: "shutdown")) { try connection.request(.ping, timeout: 5) }
        close(client)
    }

    @Test func unreachableSocketsGiveAReason() throws {
        #expect(throws: ConnectionError.unreachable(path: "/nonexistent/socket", reason: "the socket does not exist")) {
            try DaemonConnection(path: "/nonexistent/socket")
        }
        let long = "/" + String(repeating: "x", count: 200)
        #expect(throws: ConnectionError.pathTooLong(path: long, limit: 107)) { try DaemonConnection(path: long) }
        #expect(throws: ConnectionError.self) { try DaemonConnection(path: "") }
    }

    @Test func aLinkReconnects() throws {
        let server = try TestServer()
        let link = try DaemonLink(path: server.path, topics: [.level])
        close(server.accept())
        var events: [String] = []
        var time = 0.0
        while events.count < 2, time < 10 {
            for event in link.advance(now: time) {
                switch event {
                case .lost: events.append("lost")
                case .connected: events.append("connected")
                case .line: events.append("line")
                }
            }
            time += 0.05
            usleep(1000)
        }
        #expect(events == ["lost", "connected"])
        #expect(link.descriptor != nil && link.nextAttempt == nil)
    }

    @Test func backoffGrowsToTwoSeconds() {
        var backoff = Backoff()
        #expect((0..<7).map { _ in backoff.wait() } == [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2])
        backoff.reset()
        #expect(backoff.wait() == 0.1)
    }
}
