/// The open connections of a listener, and what they share. Lives on the listener's event loop.
final class WebConnections {
    let router: WebRouter
    let limits: WebLimits
    let counters: WebCounters
    private var open: [ObjectIdentifier: WebConnection] = [:]

    init(router: WebRouter, limits: WebLimits, counters: WebCounters) {
        self.router = router
        self.limits = limits
        self.counters = counters
    }

    /// Adds a connection.
    ///
    /// - Returns: false if there are too many already.
    func join(_ connection: WebConnection) -> Bool {
        let isAdmitted = open.count < limits.connections
        if isAdmitted { open[ObjectIdentifier(connection)] = connection }
        let count = open.count
        counters.change { counts in
            counts.connections = count
            if !isAdmitted { counts.refusedConnections += 1 }
        }
        return isAdmitted
    }

    func leave(_ connection: WebConnection) {
        open[ObjectIdentifier(connection)] = nil
        let count = open.count
        counters.change { $0.connections = count }
    }

    func closeAll() {
        for connection in Array(open.values) { connection.close() }
    }
}
