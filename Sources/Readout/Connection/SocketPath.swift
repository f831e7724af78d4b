/// Where the daemon's socket is.
public enum SocketPath {
    /// Where a daemon run by the system listens.
    public static let system = "/run/noted/socket"

    /// The path to connect to: the one given, else `NOTED_SOCKET`, else that of the user's own daemon if it is there,
    /// else that of the system's.
    /// - Parameters:
    ///   - given: from the command line.
    ///   - exists: whether something is at a path.
    public static func resolve(
        given: String?, environment: (String) -> String?, exists: (String) -> Bool
    ) -> String {
        if let given { return given }
        if let named = environment("NOTED_SOCKET"), !named.isEmpty { return named }
        if let directory = environment("XDG_RUNTIME_DIR"), directory.hasPrefix("/") {
            let path = directory + "/noted/socket"
            if exists(path) { return path }
            // A user without a system-wide daemon is told of the user's own place.
            if !exists(system) { return path }
        }
        return system
    }
}
