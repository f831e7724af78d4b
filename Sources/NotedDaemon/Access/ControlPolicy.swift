import Glibc
import Wire

/// Who may make changes: load models and scores, select sources, and control the follower. Everyone who can connect
/// may read.
///
/// A client may make changes if the kernel reports that its process runs as one of `users`, or belongs to one of
/// `groups`. Anything else, including a client whose identity is unknown, is refused. A pure value.
public struct ControlPolicy: Sendable, Equatable {
    public private(set) var users: Set<uid_t>
    public private(set) var groups: Set<gid_t>

    /// Root, the daemon's own user, and the members of `groups`.
    ///
    /// Group 0 is left out: processes that gave up root often keep it. So are the overflow identities of a user
    /// namespace, which stand for anybody.
    ///
    /// - Parameter owner: the daemon's own user.
    init(owner: uid_t, groups: Set<gid_t> = [], namespace: UserNamespace = UserNamespace()) {
        users = [0, owner]
        if let overflow = namespace.overflowUser { users.remove(overflow) }
        self.groups = groups.subtracting([0, gid_t.max])
        if let overflow = namespace.overflowGroup { self.groups.remove(overflow) }
    }

    /// Whether `peer` may make changes; nil is a client whose identity is unknown.
    public func permits(_ peer: PeerCredentials?) -> Bool {
        guard let peer else { return false }
        return users.contains(peer.user) || !groups.isDisjoint(with: peer.groups)
    }

    /// The error for a client that this policy refuses.
    func refusal(of peer: PeerCredentials?) -> ResponseError {
        let owners = users.filter { $0 != 0 }.sorted().map { "the daemon's own user (uid \($0))" }
        let members = groups.sorted().map { "members of the socket's group (gid \($0))" }
        let permitted = (["root"] + owners + members).joined(separator: " and ")
        let client = peer.map { "this client's uid is \($0.user)" } ?? "this client's identity is unknown"
        let remedy = groups.isEmpty ? "run it as \(owners.isEmpty ? "root" : "that user")" : "add its user to the group"
        return ResponseError(
            .notPermitted, "only \(permitted) may make changes, but \(client); \(remedy), or connect only to read")
    }
}
