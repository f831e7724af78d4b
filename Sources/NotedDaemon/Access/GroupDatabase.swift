import Glibc

/// The system's groups. Sources: group(5), getgrnam(3).
enum GroupDatabase {
    /// The number of the group `name`; nil if there is none.
    ///
    /// Asks the name services, which may take time: for startup only.
    static func identifier(of name: String) -> gid_t? {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 16384)
        while true {
            let code = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
            // A group with many members needs more room.
            guard code == ERANGE, buffer.count < 1 << 24 else { return code == 0 && found != nil ? entry.gr_gid : nil }
            buffer = [CChar](repeating: 0, count: buffer.count * 4)
        }
    }
}
