import NIOHTTP1

/// Maps requests to responses. Only GET and HEAD are supported; everything else is explained.
public struct WebRouter: Sendable {
    /// Makes the response to a request. Called on any thread.
    public typealias Route = @Sendable (WebRequest) async -> WebResponse

    private let hosts: HostRule
    private let routes: [String: Route]

    /// - Parameters:
    ///   - hosts: decides which requests were meant for this server.
    ///   - routes: by path, such as "/metrics".
    public init(hosts: HostRule, routes: [String: Route]) {
        self.hosts = hosts
        self.routes = routes
    }

    /// What to do with a request.
    enum Decision {
        case answer(WebResponse)
        case route(Route, WebRequest)
    }

    func decide(_ head: HTTPRequestHead) -> Decision {
        let needsHost = (head.version.major, head.version.minor) >= (1, 1)
        if let refusal = hosts.refusal(
            hosts: head.headers["host"], origins: head.headers["origin"], needsHost: needsHost)
        {
            return .answer(refusal)
        }
        guard head.uri.hasPrefix("/") else {
            return .answer(.failure(400, "The request must name a path, such as /metrics."))
        }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts.first ?? "")
        guard let route = routes[path] else {
            let known = routes.keys.sorted().joined(separator: ", ")
            return .answer(.failure(404, "There is no such page here; the pages are \(known)."))
        }
        guard head.method == .GET || head.method == .HEAD else {
            var response = WebResponse.failure(405, "Only GET and HEAD are supported.")
            response.fields = [("Allow", "GET, HEAD")]
            return .answer(response)
        }
        return .route(route, WebRequest(path: path, query: parts.count > 1 ? String(parts[1]) : nil))
    }
}
