import Readout
import Testing

@Suite struct SocketPathTests {
    private func resolve(_ given: String?, _ environment: [String: String], there: Set<String>) -> String {
        SocketPath.resolve(given: given, environment: { environment[$0] }, exists: there.contains)
    }

    private let user = "/run/user/7/noted/socket"

    @Test func theNearestWins() {
        let environment = ["NOTED_SOCKET": "/named", "XDG_RUNTIME_DIR": "/run/user/7"]
        #expect(resolve("/given", environment, there: [user]) == "/given")
        #expect(resolve(nil, environment, there: [user]) == "/named")
        #expect(resolve(nil, ["XDG_RUNTIME_DIR": "/run/user/7"], there: [user, SocketPath.system]) == user)
        #expect(resolve(nil, ["XDG_RUNTIME_DIR": "/run/user/7"], there: [SocketPath.system]) == SocketPath.system)
        #expect(resolve(nil, [:], there: []) == SocketPath.system)
    }

    @Test func withNoDaemonTheUsersOwnPlaceIsNamed() {
        #expect(resolve(nil, ["XDG_RUNTIME_DIR": "/run/user/7"], there: []) == user)
    }

    @Test func emptyAndRelativeValuesCountAsUnset() {
        #expect(resolve(nil, ["NOTED_SOCKET": "", "XDG_RUNTIME_DIR": "relative"], there: []) == SocketPath.system)
    }
}
