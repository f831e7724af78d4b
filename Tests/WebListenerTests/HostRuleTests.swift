import NIOHTTP1
import Testing

@testable import WebListener

@Suite struct HostRuleTests {
    let rule = HostRule(machineName: "Piano")

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:9464", "192.168.1.7:80", "localhost", "LOCALHOST:9464", "[::1]", "[::1]:9464", "piano",
        "piano.local:9464",
    ])
    func ownHostsAreServed(host: String) {
        #expect(rule.refusal(hosts: [host], origins: [], needsHost: true) == nil)
    }

    @Test(arguments: [
        "evil.example", "evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example", "", ":9464", "[::1",
        "[::1]x", "127.0.0.1:port", "127.0.0.1:", "[127.0.0.1]", "piano.evil.example", "a@127.0.0.1",
        "127.0.0.1:123456",
    ])
    func otherHostsAreRefused(host: String) {
        #expect(rule.refusal(hosts: [host], origins: [], needsHost: true)?.status == 400, "\(host)")
    }

    @Test func exactlyOneHostIsNeeded() {
        #expect(rule.refusal(hosts: [], origins: [], needsHost: true)?.status == 400)
        #expect(rule.refusal(hosts: [], origins: [], needsHost: false) == nil)
        #expect(rule.refusal(hosts: ["localhost", "localhost"], origins: [], needsHost: true)?.status == 400)
    }

    @Test func pagesOfOthersAreRefused() {
        for origin in ["http://evil.example", "null", "file://", "https://localhost.evil.example"] {
            #expect(rule.refusal(hosts: ["localhost"], origins: [origin], needsHost: true)?.status == 403, "\(origin)")
        }
        for origin in ["http://localhost:9464", "http://127.0.0.1:9464", "https://[::1]:9464"] {
            #expect(rule.refusal(hosts: ["localhost"], origins: [origin], needsHost: true) == nil, "\(origin)")
        }
    }
}

@Suite struct WebAddressTests {
    @Test(arguments: [
        ("127.0.0.1:9464", "127.0.0.1:9464", true), ("localhost:80", "127.0.0.1:80", true),
        ("[::1]:9464", "[::1]:9464", true), ("0.0.0.0:0", "0.0.0.0:0", false), ("[::]:1", "[::]:1", false),
        ("192.168.1.7:65535", "192.168.1.7:65535", false), ("127.1.2.3:1", "127.1.2.3:1", true),
    ])
    func parses(text: String, written: String, isLoopback: Bool) throws {
        let address = try WebAddress(parsing: text)
        #expect("\(address)" == written)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", ":", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 80",
        "127.0.0.1:http", "::1:9464", "[::1]", "[127.0.0.1]:80", "example.org:80", "127.0.0.1:8/x",
        "http://127.0.0.1:80",
        "unix:/run/noted/http",
    ])
    func rejectsWithAnExample(text: String) {
        do throws(WebError) {
            let address = try WebAddress(parsing: text)
            Issue.record("\(text) was taken for \(address)")
        } catch {
            #expect("\(error)".contains("'\(text)'") && "\(error)".contains("127.0.0.1:9464"))
        }
    }

    @Test func errorsNameTheRemedy() {
        #expect(WebError.reason(98).contains("another port"))
        #expect(WebError.reason(97).contains("docs/daemon.md"))
        #expect(WebError.reason(13).contains("1024"))
    }
}

@Suite struct WebRouterTests {
    let router = WebRouter(
        hosts: HostRule(machineName: ""),
        routes: ["/": { _ in WebResponse(body: []) }, "/metrics": { _ in WebResponse(body: [1]) }])

    func status(_ method: HTTPMethod, _ uri: String) -> Int? {
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: ["Host": "localhost"])
        switch router.decide(head) {
        case .answer(let response): return response.status
        case .route: return nil
        }
    }

    @Test func onlyReadingKnownPagesIsPossible() {
        #expect(status(.GET, "/metrics") == nil)
        #expect(status(.HEAD, "/metrics") == nil)
        #expect(status(.GET, "/metrics?name=x") == nil)
        #expect(status(.POST, "/metrics") == 405)
        #expect(status(.OPTIONS, "/metrics") == 405)
        #expect(status(.GET, "/metrics/") == 404)
        #expect(status(.GET, "/../etc/passwd") == 404)
        #expect(status(.GET, "http://localhost/metrics") == 400)
        #expect(status(.OPTIONS, "*") == 400)
    }
}
