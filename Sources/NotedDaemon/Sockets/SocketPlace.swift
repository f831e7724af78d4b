import Glibc

/// The location of the daemon's socket, and who may use it.
public struct SocketPlace: Sendable, Equatable {
    public var path: String
    /// Permissions of the socket file.
    public var mode: mode_t
    /// The group of the file, applied where possible.
    public var group: String?

    public init(path: String, mode: mode_t, group: String? = nil) {
        self.path = path
        self.mode = mode
        self.group = group
    }

    /// The directory of the system service's socket.
    static let systemFolder = "/run/noted"

    /// The location for a system service.
    public static let system = SocketPlace(path: systemFolder + "/socket", mode: 0o660, group: "noted")

    /// The `configured` path, otherwise one in the user's runtime directory, otherwise ``system``.
    ///
    /// A socket outside ``systemFolder`` is accessible only to its owner.
    public static func choose(configured: String?, environment: [String: String]) -> SocketPlace {
        if let configured {
            return configured.hasPrefix(systemFolder + "/")
                ? SocketPlace(path: configured, mode: system.mode, group: system.group)
                : SocketPlace(path: configured, mode: 0o600)
        }
        if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
            return SocketPlace(path: folder + "/noted/socket", mode: 0o600)
        }
        return system
    }
}
