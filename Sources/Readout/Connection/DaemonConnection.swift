import Glibc
import Terminal
import Wire

/// A connection to the daemon's socket, closed on `deinit`. Not thread-safe.
public final class DaemonConnection {
    /// The socket, for `poll`.
    public let descriptor: Int32
    private var assembler = LineAssembler()
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var nextID: Int64 = 1

    /// Connects, waiting at most 5 s if the daemon's backlog is full.
    public init(path: String) throws(ConnectionError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let limit = MemoryLayout.size(ofValue: address.sun_path) - 1
        let bytes = Array(path.utf8)
        guard bytes.count <= limit else { throw .pathTooLong(path: path, limit: limit) }
        guard !bytes.isEmpty else { throw .unreachable(path: "''", reason: "the path is empty") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }

        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unreachable(path: path, reason: DescriptorError.reason(errno)) }
        var connectTimeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &connectTimeout, socklen_t(MemoryLayout<timeval>.size))
        var result: Int32
        repeat {
            result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        } while result < 0 && errno == EINTR
        guard result == 0 else { throw .unreachable(path: path, reason: Self.reason(errno)) }
    }

    deinit { close(descriptor) }

    /// Reads the available lines without waiting; nil if the daemon has closed the connection.
    public func receive() throws(ConnectionError) -> [LineAssembler.Event]? {
        let count = buffer.withUnsafeMutableBytes {
            recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
        if count > 0 { return assembler.append(buffer[..<count]) }
        if count == 0 || errno == ECONNRESET { return nil }
        guard errno == EAGAIN || errno == EINTR else {
            throw .failed(DescriptorError(operation: "read from the socket", code: errno))
        }
        return []
    }

    /// Sends a request without waiting for its answer.
    /// - Returns: the request's id, which the answer repeats.
    @discardableResult
    public func send(_ command: Command) throws(ConnectionError) -> RequestID {
        let id = RequestID.integer(nextID)
        nextID += 1
        let line = ClientRequest(id: id, command).encoded()
        var offset = 0
        while offset < line.count {
            let count = line[offset...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                offset += count
            } else if errno != EINTR {
                throw .failed(DescriptorError(operation: "write to the socket", code: errno))
            }
        }
        return id
    }

    /// Sends a request and waits for its answer, discarding notifications.
    /// - Parameter timeout: in seconds; loading a model takes several on a small machine.
    public func request(_ command: Command, timeout: Double = 30) throws(ConnectionError) -> JSONValue {
        let id = try send(command)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(timeout)
        var closeReason = ""
        while true {
            let left = (deadline - clock.now) / .seconds(1)
            guard left > 0 else { throw .timedOut(seconds: timeout) }
            do {
                _ = try Descriptor.waitForInput(on: [descriptor], timeout: left)
            } catch {
                throw .failed(error)
            }
            guard let events = try receive() else { throw .closed(reason: closeReason) }
            for case .line(let line) in events {
                switch try Self.parse(line) {
                case .response(id, let result):
                    return try result.mapError(ConnectionError.refused).get()
                case .message(.bye(let bye)): closeReason = bye.detail.isEmpty ? bye.reason : bye.detail
                default: continue
                }
            }
        }
    }

    private static func parse(_ line: [UInt8]) throws(ConnectionError) -> ServerLine {
        do {
            return try ServerLine.parse(line)
        } catch {
            throw .notUnderstood(error.description)
        }
    }

    /// Describes an error of connect(2).
    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "the socket does not exist"
        case ECONNREFUSED: "no daemon is listening on the socket"
        case EACCES: "permission denied; check that you are in the group 'noted'"
        case EAGAIN: "its connection backlog is full"
        default: DescriptorError.reason(code)
        }
    }
}
