import Glibc
import Testing

@testable import NotedDaemon

@Suite struct ControlPolicyTests {
    private func peer(_ user: uid_t, _ groups: Set<gid_t> = []) -> PeerCredentials {
        PeerCredentials(process: 1, user: user, groups: groups)
    }

    @Test func rootAndTheOwnerMayMakeChanges() {
        let policy = ControlPolicy(owner: 990)
        #expect(policy.permits(peer(0)))
        #expect(policy.permits(peer(990)))
        #expect(!policy.permits(peer(991)))
        #expect(!policy.permits(peer(991, [0, 990])), "the owner's number is no group")
        #expect(!policy.permits(nil), "an unknown peer")
    }

    @Test func membersOfTheGroupMayMakeChanges() {
        let policy = ControlPolicy(owner: 990, groups: [44])
        #expect(policy.permits(peer(1000, [1000, 44])))
        #expect(!policy.permits(peer(1000, [1000, 45])))
        #expect(!policy.permits(peer(44)))
    }

    /// A process that gave up root may still belong to group 0.
    @Test func groupZeroIsNotTrusted() {
        #expect(!ControlPolicy(owner: 990, groups: [0]).permits(peer(65534, [0, 65534])))
    }

    /// In a user namespace everybody who isn't mapped looks the same, the daemon's own user perhaps included.
    @Test func overflowIdentitiesAreNotTrusted() {
        let partial = UserNamespace(overflowUser: 65534, overflowGroup: 65534)
        let policy = ControlPolicy(owner: 65534, groups: [65534, 44], namespace: partial)
        #expect(!policy.permits(peer(65534, [65534])))
        #expect(policy.permits(peer(65534, [65534, 44])))
        #expect(policy.permits(peer(0)))
        let complete = ControlPolicy(owner: 65534, groups: [65534])
        #expect(complete.permits(peer(65534)), "a daemon run by nobody")
    }

    @Test func onlyACompleteMapIsTrusted() {
        #expect(UserNamespace.mapsEverything("         0          0 4294967295\n"))
        #expect(!UserNamespace.mapsEverything("         0       1000          1\n"))
        #expect(!UserNamespace.mapsEverything("0 0 1\n990 990 1\n"))
        #expect(!UserNamespace.mapsEverything(""))
    }

    @Test func refusalNamesWhoMayMakeChanges() {
        let message = ControlPolicy(owner: 990, groups: [44]).refusal(of: peer(1000)).message
        for part in ["root", "uid 990", "gid 44", "uid is 1000"] { #expect(message.contains(part)) }
        #expect(ControlPolicy(owner: 0).refusal(of: nil).message.contains("unknown"))
    }

    @Test func aFileAdmitsItsGroupUnlessEveryoneMayUseIt() {
        func group(_ mode: mode_t) -> gid_t? {
            var status = stat()
            status.st_mode = mode
            status.st_gid = 44
            return status.admittedGroup
        }
        #expect(group(S_IFSOCK | 0o660) == 44)
        #expect(group(S_IFSOCK | 0o600) == nil)
        #expect(group(S_IFSOCK | 0o640) == nil)
        #expect(group(S_IFSOCK | 0o666) == nil)
        #expect(group(S_IFREG | 0o660) == nil)
    }

    @Test func credentialsAreThoseOfThePeer() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        let peer = try #require(PeerCredentials(of: ends[0]))
        #expect(peer.process == getpid())
        #expect(peer.user == geteuid())
        var groups = [gid_t](repeating: 0, count: 65536)
        let count = Int(getgroups(Int32(groups.count), &groups))
        #expect(peer.groups == Set(groups.prefix(count) + [getegid()]))
    }

    @Test func onlySocketsWithAPeerHaveCredentials() {
        let lonely = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(lonely) }
        #expect(PeerCredentials(of: lonely) == nil)
        #expect(PeerCredentials(of: STDIN_FILENO) == nil)
    }
}
