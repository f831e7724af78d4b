import Glibc
import Terminal
import Wire

/// A connection that reconnects: it reads lines from the daemon and, if the daemon stops, connects again when possible.
///
/// The owner's event loop waits on `descriptor`, at most until `nextAttempt`, then calls `advance`. Not thread-safe.
public final class DaemonLink {
    public enum Event: Sendable {
        case connected
        /// A complete line as the daemon wrote it, without its ending.
        case line([UInt8])
        /// The connection was lost; reconnection attempts follow.
        case lost(reason: String)
    }

    private let path: String
    private let topics: Set<Topic>
    private let positionRate: Double?
    private var connection: DaemonConnection?
    private var backoff = Backoff()
    private var attemptAt = 0.0

    /// Connects.
    /// - Parameters:
    ///   - topics: topics to subscribe to in addition to `Topic.initial`, on every connection.
    ///   - positionRate: maximum positions per second; nil for all.
    /// - Throws: if no daemon is reachable now: a client that has just started should report that at once.
    public init(path: String, topics: Set<Topic>, positionRate: Double? = nil) throws(ConnectionError) {
        self.path = path
        self.topics = topics
        self.positionRate = positionRate
        connection = try Self.connect(path, topics, positionRate)
    }

    /// The socket, for `poll`; nil while disconnected.
    public var descriptor: Int32? { connection?.descriptor }

    /// When to call `advance` even without input; nil while connected.
    public var nextAttempt: Double? { connection == nil ? attemptAt : nil }

    /// Reads available lines or, when it is time, tries to reconnect.
    /// - Parameter now: seconds on a monotonic clock.
    public func advance(now: Double) -> [Event] {
        guard let connection else { return now >= attemptAt ? attempt(now: now) : [] }
        var lines: [Event] = []
        do {
            guard let events = try connection.receive() else {
                return drop(reason: "noted closed the connection", now: now)
            }
            for case .line(let line) in events { lines.append(.line(line)) }
        } catch {
            return drop(reason: error.description, now: now)
        }
        return lines
    }

    private func attempt(now: Double) -> [Event] {
        do {
            connection = try Self.connect(path, topics, positionRate)
            backoff.reset()
            return [.connected]
        } catch {
            attemptAt = now + backoff.wait()
            return []
        }
    }

    private func drop(reason: String, now: Double) -> [Event] {
        connection = nil
        attemptAt = now + backoff.wait()
        return [.lost(reason: reason)]
    }

    private static func connect(
        _ path: String, _ topics: Set<Topic>, _ positionRate: Double?
    ) throws(ConnectionError) -> DaemonConnection {
        let connection = try DaemonConnection(path: path)
        if !topics.isEmpty || positionRate != nil {
            try connection.send(.subscribe(topics, positionRate: positionRate))
        }
        return connection
    }
}

/// Exponential backoff between connection attempts, from 0.1 to 2 seconds.
public struct Backoff: Sendable {
    private var next = 0.1

    public init() {}

    /// Returns the wait before the next attempt, in seconds, and doubles the following one.
    public mutating func wait() -> Double {
        defer { next = min(next * 2, 2) }
        return next
    }

    public mutating func reset() {
        next = 0.1
    }
}
