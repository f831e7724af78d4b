import Glibc

/// The policy of one listening socket, which is determined anew for every request, because the owner of a socket file
/// may change its permissions while the daemon runs.
struct ControlAccess: Sendable {
    /// The groups whose members may make changes, at this moment.
    var groups: @Sendable () -> Set<gid_t> = { [] }
    private let namespace = UserNamespace.current()

    /// Only root and the daemon's own user.
    static let ownerOnly = ControlAccess()

    init(groups: @escaping @Sendable () -> Set<gid_t> = { [] }) {
        self.groups = groups
    }

    func policy() -> ControlPolicy {
        ControlPolicy(owner: geteuid(), groups: groups(), namespace: namespace)
    }
}

extension stat {
    /// The group whose members a socket file admits, apart from its owner; nil if it admits no group, or everyone.
    ///
    /// A file that everyone may use says nothing about its group: its members were not chosen to make changes.
    var admittedGroup: gid_t? {
        guard st_mode & S_IFMT == S_IFSOCK, st_mode & 0o020 != 0, st_mode & 0o002 == 0 else { return nil }
        return st_gid
    }
}
