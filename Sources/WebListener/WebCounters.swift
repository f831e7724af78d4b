import Synchronization

/// What happened to HTTP connections and requests. May be used on any thread.
public final class WebCounters: Sendable {
    /// One reading.
    public struct Reading: Sendable, Equatable {
        /// Open connections.
        public var connections = 0
        /// Connections closed because too many were open.
        public var refusedConnections: Int64 = 0
        /// Connections that could not be accepted, because descriptors or memory had run out.
        public var acceptErrors: Int64 = 0
        /// Responses by status code.
        public var responses: [Int: Int64] = [:]

        public init() {}
    }

    private let counts = Mutex(Reading())

    public init() {}

    public var reading: Reading { counts.withLock { $0 } }

    func change(_ body: (inout Reading) -> Void) { counts.withLock { body(&$0) } }
}
