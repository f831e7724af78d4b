import Glibc

/// The identity of a client's process at the moment it connected, as reported by the kernel.
///
/// Source: unix(7), `SO_PEERCRED` and `SO_PEERGROUPS`. It cannot be forged, and does not change when the process later
/// changes its user or passes the connection on. Identities that have no number in the daemon's own user namespace
/// appear as the overflow identity (65534); see ``UserNamespace``.
public struct PeerCredentials: Sendable, Equatable {
    /// The process, for messages only: it may be gone, and its number reused. 0 if it is in another PID namespace.
    public var process: pid_t
    public var user: uid_t
    /// The effective group and the supplementary groups.
    public var groups: Set<gid_t>

    public init(process: pid_t, user: uid_t, groups: Set<gid_t>) {
        self.process = process
        self.user = user
        self.groups = groups
    }

    /// Reads the peer of a connected Unix socket; nil if the kernel doesn't report it.
    ///
    /// A kernel without `SO_PEERGROUPS` (before 4.13) yields the effective group alone.
    public init?(of descriptor: Int32) {
        var peer = Credentials()
        var length = socklen_t(MemoryLayout<Credentials>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0,
            length == MemoryLayout<Credentials>.size,
            // The kernel reports -1 for a socket that has no peer.
            peer.user != uid_t.max
        else { return nil }
        self.init(
            process: peer.process, user: peer.user,
            groups: Set(Self.supplementaryGroups(of: descriptor) + [peer.group]))
    }

    private static func supplementaryGroups(of descriptor: Int32) -> [gid_t] {
        var groups = [gid_t](repeating: 0, count: 32)
        // The second round has the size that the kernel asked for; a third is needed only if it grew in between.
        for _ in 0..<3 {
            var length = socklen_t(groups.count * MemoryLayout<gid_t>.stride)
            let result = getsockopt(descriptor, SOL_SOCKET, peerGroupsOption, &groups, &length)
            let count = Int(length) / MemoryLayout<gid_t>.stride
            if result == 0 { return Array(groups.prefix(count)) }
            guard errno == ERANGE, count > groups.count else { return [] }
            groups = [gid_t](repeating: 0, count: count)
        }
        return []
    }

    /// `SO_PEERGROUPS`, which the C library declares only in newer versions.
    private static let peerGroupsOption: Int32 = 59

    /// `struct ucred`, which the C library declares only with _GNU_SOURCE.
    private struct Credentials {
        var process: pid_t = 0
        var user: uid_t = .max
        var group: gid_t = .max
    }
}

extension PeerCredentials: CustomStringConvertible {
    public var description: String { "process \(process), uid \(user)" }
}
