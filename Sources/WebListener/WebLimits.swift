/// Limits that keep an HTTP client from using more than its share.
public struct WebLimits: Sendable, Equatable {
    /// Connections at once; further ones are answered with 503 and closed.
    public var connections = 16
    /// Bytes of a request, headers included.
    public var requestBytes = 16 << 10
    /// Header fields of a request.
    public var headerFields = 64
    /// Seconds for a whole request to arrive, for a response to be taken, and for a connection to stay without a
    /// request.
    public var timeout = 15.0

    public init() {}
}
