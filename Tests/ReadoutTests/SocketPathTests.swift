import Readout
import Testing

@Suite struct SocketPathTests {
    private func resolve(_ given: String?, _ environment: [String: String], existing: Set<String>) -> String {
        SocketPath.resolve(given: given, environment: { environment[$0] }, exists: existing.contains)
    }

    private let user = "/run/user/7/noted/socket"

    @Test func resolvesInOrderOfPrecedence() {
        let environment = ["NOTED_SOCKET": "/named", "XDG_RUNTIME_DIR": "/run/user/7"]
        #expect(resolve("/given", environment, existing: [user]) == "/given")
        #expect(resolve(nil, environment, existing: [user]) == "/named")
        #expect(resolve(nil, ["XDG_RUNTIME_DIR": "/run/user/7"], existing: [user, SocketPath.system]) == user)
        #expect(resolve(nil, ["XDG_RUNTIME_DIR": "/run/user/7"], existing: [SocketPath.system]) == SocketPath.system)
        #expect(resolve(nil, [:], existing: []) == SocketPath.system)
    }

    @Test func withoutADaemonTheUsersPathIsReturned() {
        #expect(resolve(nil, ["XDG_RUNTIME_DIR": "/run/user/7"], existing: []) == user)
    }

    @Test func emptyAndRelativeValuesCountAsUnset() {
        #expect(resolve(nil, ["NOTED_SOCKET": "", "XDG_RUNTIME_DIR": "relative"], existing: []) == SocketPath.system)
    }
}
