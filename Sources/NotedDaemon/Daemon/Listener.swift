import Glibc

/// The socket on which the daemon listens: one that systemd passed, or a file of its own.
struct Listener: Sendable {
    let descriptor: Int32
    /// For messages.
    let path: String
    /// The daemon's own socket file, removed at the end; nil for a passed socket.
    let file: SocketFile?

    /// - Parameter configured: the path from the configuration or the command line; ignored if systemd passes a socket.
    init(configured: String?, environment: [String: String]) throws(DaemonError) {
        if let passed = try PassedSockets(environment, process: getpid()).listener() {
            path = try PassedSockets.checkListener(passed)
            descriptor = passed
            file = nil
            return
        }
        let place = SocketPlace.choose(configured: configured, environment: environment)
        let file = try SocketFile(path: place.path, mode: place.mode, group: place.group)
        path = file.path
        descriptor = file.descriptor
        self.file = file
    }

    /// Whether every user of the machine may connect.
    var isWorldWritable: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o002 != 0
    }
}
