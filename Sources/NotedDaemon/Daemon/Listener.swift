import Glibc

/// The socket on which the daemon listens: one that systemd passed, or a file of its own.
struct Listener: Sendable {
    let descriptor: Int32
    /// For messages.
    let path: String
    /// The daemon's own socket file, removed at the end; nil for a passed socket.
    let file: SocketFile?
    /// Who may make changes.
    let access: ControlAccess

    /// - Parameter configured: the path from the configuration or the command line; ignored if systemd passes a socket.
    init(configured: String?, environment: [String: String]) throws(DaemonError) {
        if let passed = try PassedSockets(environment, process: getpid()).listener() {
            let name = try PassedSockets.checkListener(passed)
            path = name.description
            descriptor = passed
            file = nil
            access = Self.access(to: passed, name)
            return
        }
        let place = SocketPlace.choose(configured: configured, environment: environment)
        let file = try SocketFile(path: place.path, mode: place.mode, group: place.group)
        path = file.path
        descriptor = file.descriptor
        self.file = file
        access = Self.access(of: place.group) { file.admittedGroup }
    }

    /// Members of the group of a passed socket may make changes if the group is certain: the group `noted` for a
    /// socket bound below /run/noted, and the group of the socket's own file where the kernel leads to it.
    private static func access(to descriptor: Int32, _ name: SocketName) -> ControlAccess {
        let bound = BoundFile(of: descriptor)
        return access(of: name.isSystem ? SocketPlace.system.group : nil) { bound?.admittedGroup }
    }

    private static func access(
        of group: String?, fileGroup: @escaping @Sendable () -> gid_t?
    ) -> ControlAccess {
        let named = group.flatMap(GroupDatabase.identifier(of:))
        return ControlAccess { Set([named, fileGroup()].compactMap(\.self)) }
    }
}
