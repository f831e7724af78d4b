import Foundation
import Glibc
import Testing

@testable import WebListener

/// A listener on a port of its own, and raw connections to it.
@Suite(.serialized) struct WebListenerTests {
    /// Runs `body` with a listener whose "/slow" page takes 0.3 s.
    private func withListener(
        _ change: (inout WebLimits) -> Void = { _ in }, _ body: (Int, WebCounters) async throws -> Void
    ) async throws {
        var limits = WebLimits()
        change(&limits)
        let counters = WebCounters()
        let router = WebRouter(
            hosts: HostRule(machineName: ""),
            routes: [
                "/": { _ in WebResponse(body: Array("hello\n".utf8)) },
                "/slow": { _ in
                    try? await Task.sleep(for: .milliseconds(300))
                    return WebResponse(body: Array("slow\n".utf8))
                },
                "/large": { _ in WebResponse(body: [UInt8](repeating: 65, count: 8 << 20)) },
            ])
        let listener = try await WebListener.start(
            at: .address(WebAddress(parsing: "127.0.0.1:0")), router: router, counters: counters, limits: limits)
        #expect(listener.isLoopback)
        let port = try #require(Int(listener.address.split(separator: ":").last ?? ""))
        do { try await body(port, counters) } catch {
            await listener.shutDown()
            throw error
        }
        await listener.shutDown()
    }

    private func connect(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    private func send(_ descriptor: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Everything until the server closes the connection.
    private func readAll(_ descriptor: Int32) -> String {
        var data: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            data += buffer[..<count]
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func exchange(_ port: Int, _ text: String) throws -> String {
        let descriptor = try connect(port)
        defer { close(descriptor) }
        send(descriptor, text)
        return readAll(descriptor)
    }

    private static let lastFields = "Host: localhost\r\nConnection: close\r\n\r\n"

    @Test func answersRequests() async throws {
        try await withListener { port, counters in
            let page = try exchange(port, "GET / HTTP/1.1\r\n\(Self.lastFields)")
            #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n") && page.hasSuffix("\r\n\r\nhello\n"))
            #expect(page.contains("\r\nContent-Length: 6\r\n") && page.contains("nosniff"))
            let head = try exchange(port, "HEAD / HTTP/1.1\r\n\(Self.lastFields)")
            #expect(head.contains("\r\nContent-Length: 6\r\n") && head.hasSuffix("\r\n\r\n"))
            let missing = try exchange(port, "GET /none HTTP/1.1\r\n\(Self.lastFields)")
            #expect(missing.hasPrefix("HTTP/1.1 404") && missing.contains("the pages are /"))
            let posted = try exchange(
                port, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
            #expect(posted.hasPrefix("HTTP/1.1 405") && posted.contains("Allow: GET, HEAD"))
            let old = try exchange(port, "GET / HTTP/1.0\r\n\r\n")
            #expect(old.hasPrefix("HTTP/1.1 200") || old.hasPrefix("HTTP/1.0 200"))
            #expect(counters.reading.responses == [200: 3, 404: 1, 405: 1])
        }
    }

    @Test func refusesOtherHosts() async throws {
        try await withListener { port, _ in
            let rebound = try exchange(port, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            #expect(rebound.hasPrefix("HTTP/1.1 400") && rebound.contains("'evil.example'"))
            let page = try exchange(
                port, "GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n")
            #expect(page.hasPrefix("HTTP/1.1 403"))
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withListener { port, _ in
            let one = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let answers = try exchange(port, one + "GET / HTTP/1.1\r\n\(Self.lastFields)")
            let slow = try #require(answers.range(of: "slow\n"))
            let hello = try #require(answers.range(of: "hello\n"))
            #expect(slow.lowerBound < hello.lowerBound)
        }
    }

    /// A client such as netcat closes its sending half after the request.
    @Test func answersHalfClosedClients() async throws {
        try await withListener { port, _ in
            let descriptor = try connect(port)
            defer { close(descriptor) }
            send(descriptor, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
            shutdown(descriptor, Int32(SHUT_WR))
            #expect(readAll(descriptor).hasSuffix("slow\n"))
        }
    }

    @Test(arguments: ["hello?\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET /\r\n: x\r\n\r\n"])
    func rejectsGarbage(text: String) async throws {
        try await withListener { port, _ in
            let answer = try exchange(port, text)
            #expect(answer.hasPrefix("HTTP/1.1 400") || answer.isEmpty, "\(answer)")
            #expect(try exchange(port, "GET / HTTP/1.1\r\n\(Self.lastFields)").hasSuffix("hello\n"))
        }
    }

    @Test func rejectsLongRequests() async throws {
        try await withListener { port, _ in
            let long = String(repeating: "x", count: 20_000)
            let field = try exchange(port, "GET / HTTP/1.1\r\nX: \(long)\r\n\r\n")
            #expect(field.hasPrefix("HTTP/1.1 431") || field.hasPrefix("HTTP/1.1 400"), "\(field)")
            let address = try exchange(port, "GET /\(long) HTTP/1.1\r\n\r\n")
            #expect(address.hasPrefix("HTTP/1.1 431") || address.hasPrefix("HTTP/1.1 400"), "\(address)")
            let fields = String(repeating: "X: y\r\n", count: 200)
            let many = try exchange(port, "GET / HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
            #expect(many.hasPrefix("HTTP/1.1 4"), "\(many)")
        }
    }

    @Test func closesIdleAndSlowClients() async throws {
        try await withListener {
            $0.timeout = 0.3
        } _: { port, counters in
            let idle = try connect(port)
            let slow = try connect(port)
            let deaf = try connect(port)
            defer { for each in [idle, slow, deaf] { close(each) } }
            send(slow, "GET / HT")
            send(deaf, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(readAll(idle).isEmpty)
            #expect(readAll(slow).isEmpty)
            for _ in 0..<1000 where counters.reading.connections > 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(counters.reading.connections == 0)
        }
    }

    @Test func limitsConnections() async throws {
        try await withListener {
            $0.connections = 2
        } _: { port, counters in
            let held = [try connect(port), try connect(port)]
            for _ in 0..<1000 where counters.reading.connections < 2 { try await Task.sleep(for: .milliseconds(5)) }
            let refused = try connect(port)
            #expect(readAll(refused).hasPrefix("HTTP/1.1 503"))
            close(refused)
            #expect(counters.reading.refusedConnections == 1)
            for each in held { close(each) }
            for _ in 0..<1000 where counters.reading.connections > 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try exchange(port, "GET / HTTP/1.1\r\n\(Self.lastFields)").hasSuffix("hello\n"))
        }
    }

    @Test func usedPortsAreExplained() async throws {
        try await withListener { port, counters in
            let router = WebRouter(hosts: HostRule(machineName: ""), routes: [:])
            await #expect {
                try await WebListener.start(
                    at: .address(WebAddress(parsing: "127.0.0.1:\(port)")), router: router, counters: counters)
            } throws: { error in
                "\(error)".contains("127.0.0.1:\(port)") && "\(error)".contains("another port")
            }
        }
    }
}
