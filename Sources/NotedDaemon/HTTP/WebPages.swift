import Glibc
import WebListener

/// The pages that the daemon serves over HTTP.
enum WebPages {
    /// - Parameters:
    ///   - server: name and version, such as "noted 0.1.0".
    ///   - counters: returns the counters of the listener that serves these pages.
    ///   - metrics: returns the current figures; throws while the daemon is stopping.
    static func router(
        server: String, counters: @escaping @Sendable () -> WebCounters.Reading,
        metrics: @escaping @Sendable () async throws -> MetricsReading
    ) -> WebRouter {
        WebRouter(
            hosts: HostRule(machineName: machineName),
            routes: [
                "/": { _ in WebResponse(body: Array("\(server)\n\n/metrics   figures for Prometheus\n".utf8)) },
                "/metrics": { _ in
                    guard let reading = try? await metrics() else {
                        return .failure(503, "The daemon is stopping.")
                    }
                    let page = MetricsPage(
                        reading, process: .now(uptime: reading.status.uptimeSeconds), web: counters())
                    return WebResponse(contentType: PrometheusText.contentType, body: Array(page.text.utf8))
                },
            ])
    }

    /// The machine's name without a domain.
    private static var machineName: String {
        var name = [CChar](repeating: 0, count: 256)
        let result = gethostname(&name, name.count - 1)
        guard result == 0 else { return "" }
        let bytes = name.lazy.map(UInt8.init(bitPattern:)).prefix { $0 != 0 && $0 != UInt8(ascii: ".") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
