import Logging
import ServiceLifecycle
import WebListener

/// Serves the daemon's pages over HTTP until shutdown.
struct WebService: Service {
    let listener: WebListener

    func run() async throws {
        try? await gracefulShutdown()
        await listener.shutDown()
    }

    /// Starts to listen at a passed socket, or at the configured address; nil if there is neither.
    ///
    /// - Throws: ``DaemonError/http(reason:)``.
    static func start(
        passed: Int32?, configured: WebAddress?, server: SocketServer, name: String, logger: Logger
    ) async throws -> WebListener? {
        guard let place = passed.map({ WebListener.Place.descriptor($0) }) ?? configured.map({ .address($0) }) else {
            return nil
        }
        let counters = WebCounters()
        let router = WebPages.router(
            server: name, counters: { counters.reading }, metrics: { try await server.metricsReading() })
        do {
            let listener = try await WebListener.start(at: place, router: router, counters: counters)
            logger.notice("serving metrics at http://\(listener.address)/metrics")
            if !listener.isLoopback {
                logger.warning(
                    """
                    anyone who can reach \(listener.address) can read the metrics; use 127.0.0.1 to serve this machine \
                    only
                    """)
            }
            return listener
        } catch {
            throw DaemonError.http(reason: "\(error)")
        }
    }
}
