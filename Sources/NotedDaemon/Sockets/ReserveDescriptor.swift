import Glibc

/// A descriptor that is kept for the moment when none is left: closing it makes room to accept a waiting client, tell
/// it why it is refused, and close the connection. Without it the client would wait without a word.
struct ReserveDescriptor: ~Copyable {
    private var descriptor: Int32

    init() { descriptor = Self.open() }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether a descriptor other than the reserve is free.
    var isAnotherFree: Bool {
        let probe = Self.open()
        guard probe >= 0 else { return false }
        close(probe)
        return true
    }

    /// Accepts clients that wait at `listener`, sends each of them `farewell`, and closes the connections.
    ///
    /// - Parameter limit: the maximum number of clients to refuse.
    /// - Returns: the number of clients refused.
    mutating func refuse(at listener: Int32, farewell: [UInt8], limit: Int) -> Int {
        if descriptor >= 0 { close(descriptor) }
        defer { descriptor = Self.open() }
        var count = 0
        while count < limit {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            _ = farewell.withUnsafeBytes {
                send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            close(client)
            count += 1
        }
        return count
    }

    private static func open() -> Int32 { Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }
}
