import Glibc
import Terminal
import Wire

/// A connection that comes back: reads lines from the daemon, and when the daemon goes away connects again.
///
/// The owner's loop waits on `descriptor` until `nextAttempt` at the latest, then calls `advance`. One thread.
public final class DaemonLink {
    public enum Event: Sendable {
        case connected
        /// A whole line, as the daemon wrote it, without its ending.
        case line([UInt8])
        /// The connection is gone; attempts to restore it follow.
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
    ///   - topics: what to subscribe to beyond `Topic.initial`, on every connection.
    ///   - positionRate: positions a second at most; nil for all there are.
    /// - Throws: where there is no daemon now: whoever starts a client wants to know at once.
    public init(path: String, topics: Set<Topic>, positionRate: Double? = nil) throws(ConnectionError) {
        self.path = path
        self.topics = topics
        self.positionRate = positionRate
        connection = try Self.connect(path, topics, positionRate)
    }

    /// To wait for input on; nil while there is no connection.
    public var descriptor: Int32? { connection?.descriptor }

    /// When to call `advance` even without input; nil while connected.
    public var nextAttempt: Double? { connection == nil ? attemptAt : nil }

    /// Reads what is there, or tries to connect again if it is time.
    /// - Parameter now: seconds on a steady clock.
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
