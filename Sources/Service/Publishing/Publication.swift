import Wire

/// Something for the clients, on its way from the analysis thread to the sockets.
public struct Publication: Sendable {
    public var message: ServerMessage
    /// CLOCK_MONOTONIC nanoseconds at which the last sample that the message needed reached this process; nil for
    /// messages that no sample brought about.
    public var arrival: UInt64?

    public init(_ message: ServerMessage, arrival: UInt64? = nil) {
        self.message = message
        self.arrival = arrival
    }
}
