/// Episodes in which clients cannot be accepted because the process or the system is out of descriptors or memory, and
/// what to log about them.
///
/// An episode begins with the first failure and ends when a descriptor is free again. Episodes that follow each other
/// quickly are logged as one, at most once in `interval` seconds. A pure value: the caller supplies the clock.
struct DescriptorShortage: Sendable {
    /// Something to log.
    enum Report: Sendable, Equatable {
        case began
        /// The shortage continues, or has come back; `refused` clients were turned away since the last report.
        case continues(refused: Int)
        /// Descriptors are free again; `refused` clients were turned away since the last report.
        case ended(refused: Int)
    }

    /// Seconds between two reports of a shortage.
    static let interval = 60.0

    private(set) var isActive = false
    private var reported = -Double.infinity
    private var refused = 0
    /// Whether the log says that the shortage persists.
    private var isAnnounced = false

    /// A client could not be accepted. `refused` of those waiting were turned away.
    mutating func fail(refused count: Int, now: Double) -> Report? {
        isActive = true
        refused += count
        guard now - reported >= Self.interval else { return nil }
        reported = now
        defer { isAnnounced = true }
        return isAnnounced ? .continues(refused: takeRefused()) : .began
    }

    /// A descriptor is free again.
    mutating func recover() -> Report? {
        guard isActive else { return nil }
        isActive = false
        guard isAnnounced else { return nil }
        isAnnounced = false
        return .ended(refused: takeRefused())
    }

    private mutating func takeRefused() -> Int {
        defer { refused = 0 }
        return refused
    }
}
