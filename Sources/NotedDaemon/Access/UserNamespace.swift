import Glibc

/// Which user and group numbers identify somebody in the daemon's own user namespace.
///
/// In a namespace that maps only some identities, as `PrivateUsers=` of systemd and rootless containers create, the
/// kernel shows every other one as the same *overflow* identity. A comparison with that number proves nothing.
/// Source: user_namespaces(7).
struct UserNamespace: Sendable, Equatable {
    /// The user that stands for all unmapped ones; nil if every user is mapped.
    var overflowUser: uid_t?
    /// The group that stands for all unmapped ones; nil if every group is mapped.
    var overflowGroup: gid_t?

    /// The namespace of this process.
    static func current() -> UserNamespace {
        UserNamespace(
            overflowUser: mapsEverything(text("/proc/self/uid_map")) ? nil : overflow("uid"),
            overflowGroup: mapsEverything(text("/proc/self/gid_map")) ? nil : overflow("gid"))
    }

    /// Whether a `uid_map` or `gid_map` maps every identity to itself. An unreadable map counts as partial.
    static func mapsEverything(_ map: String) -> Bool {
        map.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
    }

    private static func overflow(_ kind: String) -> UInt32 {
        UInt32(text("/proc/sys/kernel/overflow\(kind)").prefix { $0.isNumber }) ?? 65534
    }

    private static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
