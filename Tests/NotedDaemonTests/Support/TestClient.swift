import Basics
import Foundation
import Glibc
import Wire

@testable import NotedDaemon

/// A client on a real socket. It waits without blocking a thread of the test's pool.
final class TestClient {
    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }
    struct Refused: Error { let code: Int32 }

    private(set) var descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var isAtEnd = false

    init(_ path: String, receiveBuffer: Int32? = nil) throws {
        let address = try unwrapped(UnixAddress(path: path))
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        guard address.withSockAddr({ connect(descriptor, $0, $1) }) == 0 else {
            // deinit closes the descriptor.
            throw Refused(code: errno)
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { disconnect() }

    func disconnect() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes the sending half of the connection, as `socat` does at the end of its input.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await Self.send(bytes, to: descriptor) }

    /// Sends on `descriptor`, from any task.
    static func send(_ bytes: [UInt8], to descriptor: Int32) async throws {
        var rest = bytes[...]
        let deadline = Clock.seconds + 30
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN else { throw Refused(code: errno) }
                guard Clock.seconds < deadline else { throw TimedOut(description: "the server reads nothing") }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// Sends a request and returns its result. Lines before the response are dropped.
    func ask(_ command: Command, id: Int64 = 7) async throws -> Result<JSONValue, ResponseError> {
        try await send(ClientRequest(id: .integer(id), command).encoded())
        while true {
            guard let line = try await line() else { throw TimedOut(description: "the connection ended") }
            if case .response(.integer(id), let result) = line { return result }
        }
    }

    /// The next line; nil at the end of the connection.
    func line(within seconds: Double = 60) async throws -> ServerLine? {
        try await rawLine(within: seconds).map { try ServerLine.parse($0) }
    }

    /// The next message for which `pick` returns a value. Responses and other messages are dropped.
    func message<R>(within seconds: Double = 60, _ pick: (ServerMessage) -> R?) async throws -> R {
        let deadline = Clock.seconds + seconds
        while let line = try await line(within: max(deadline - Clock.seconds, 0)) {
            if case .message(let message) = line, let result = pick(message) { return result }
        }
        throw TimedOut(description: "the connection ended before the message arrived")
    }

    func rawLine(within seconds: Double = 60) async throws -> [UInt8]? {
        let deadline = Clock.seconds + seconds
        while true {
            if let newline = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...newline) }
                return Array(buffer[..<newline])
            }
            if isAtEnd { return nil }
            if !receive() {
                guard Clock.seconds < deadline else { throw TimedOut(description: "no line arrived") }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// - Returns: whether anything was received, the end of the connection included.
    private func receive() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            buffer += chunk[..<count]
            return true
        }
        if count == 0 || errno != EAGAIN {
            isAtEnd = true
            return true
        }
        return false
    }
}

private func unwrapped<T>(_ value: T?) throws -> T {
    guard let value else { throw CocoaError(.fileNoSuchFile) }
    return value
}
