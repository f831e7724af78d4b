/// Locates the daemon's socket.
public enum SocketPath {
    /// The socket of a system-wide daemon.
    public static let system = "/run/noted/socket"

    /// The path to connect to: `given`, else `NOTED_SOCKET`, else the socket of the user's own daemon if it exists,
    /// else the system-wide one.
    /// - Parameters:
    ///   - given: the path from the command line.
    ///   - exists: whether a path exists.
    public static func resolve(
        given: String?, environment: (String) -> String?, exists: (String) -> Bool
    ) -> String {
        if let given { return given }
        if let named = environment("NOTED_SOCKET"), !named.isEmpty { return named }
        if let directory = environment("XDG_RUNTIME_DIR"), directory.hasPrefix("/") {
            let path = directory + "/noted/socket"
            if exists(path) { return path }
            // If neither socket exists, name the user's own in the error message.
            if !exists(system) { return path }
        }
        return system
    }
}
