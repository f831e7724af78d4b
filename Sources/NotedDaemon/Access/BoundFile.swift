import Glibc

/// The file to which a listening Unix socket is bound, opened through the socket itself rather than by its path.
///
/// A path proves nothing about a socket that was passed: the file may have been renamed, hidden by a mount, or replaced
/// by another. `fstat` of the socket doesn't help either: it describes the socket's inode, whose mode is always 0777
/// and whose owner is whoever created it. Only `SIOCUNIXFILE` (Linux 5.4) leads to the file, and only with
/// `CAP_NET_ADMIN` in the network namespace of the socket.
///
/// Keeps a descriptor open for as long as it lives.
final class BoundFile: Sendable {
    private let descriptor: Int32

    /// Nil if the socket is not bound to a file, or if the kernel doesn't permit this process to know.
    init?(of socket: Int32) {
        descriptor = ioctl(socket, Self.fileRequest, 0 as Int32)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// The group that may use the file at this moment: see ``Glibc/stat/admittedGroup``.
    var admittedGroup: gid_t? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.admittedGroup : nil
    }

    /// `SIOCUNIXFILE` of linux/un.h.
    private static let fileRequest: UInt = 0x89E0
}
