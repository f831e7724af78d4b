import Foundation
import Glibc

/// A listening Unix socket in the file system, created so that two daemons never take it from each other.
///
/// The file is created with its final permissions or stricter ones. A file left by a daemon that died is replaced only
/// if connecting to it is refused, which proves that nobody listens. Any other file is left alone. The directory is
/// locked meanwhile, so daemons that start together wait for each other.
public struct SocketFile: Sendable {
    public let path: String
    /// The listening socket. The caller takes ownership.
    public let descriptor: Int32
    private let device: dev_t
    private let inode: ino_t

    /// Listens at `path`. Creates its directory (mode 0700) if that is missing, but not the parents of the directory.
    ///
    /// - Parameters:
    ///   - mode: the permissions of the file, such as 0o600.
    ///   - group: the group of the file, applied if it exists and this process may set it.
    ///   - backlog: the number of connections that may wait to be accepted.
    public init(path: String, mode: mode_t, group: String? = nil, backlog: Int32 = 128) throws(DaemonError) {
        func fail(_ reason: String) -> DaemonError { .socket(path: path, reason: reason) }
        guard let address = UnixAddress(path: path) else {
            throw fail(
                path.isEmpty
                    ? "the path is empty"
                    : "the path is \(path.utf8.count) bytes long, and the maximum is \(UnixAddress.pathLimit); "
                        + "choose a shorter one with --socket")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw fail(
                "cannot create the directory '\(folder)': \(Self.reason(errno)); choose another path with --socket")
        }
        let lock = FolderLock(folder)
        defer { lock.release() }
        try Self.removeStaleSocket(path: path, address: address)

        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw fail(Self.reason(errno)) }
        do throws(DaemonError) {
            // On Linux a socket file is created with the permissions of its descriptor, restricted by the umask.
            _ = fchmod(descriptor, mode)
            guard address.withSockAddr({ bind(descriptor, $0, $1) }) == 0 else {
                throw fail("\(Self.reason(errno)); choose another path with --socket")
            }
            if let group { Self.setGroup(of: path, to: group) }
            _ = chmod(path, mode)
            guard listen(descriptor, backlog) == 0 else { throw fail(Self.reason(errno)) }
            guard let status = Self.status(path) else { throw fail(Self.reason(errno)) }
            device = status.st_dev
            inode = status.st_ino
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    /// Removes the file, unless another has taken its place. To be called while the descriptor is open, because the
    /// system may reuse the inode number afterwards.
    public func remove() {
        guard let status = Self.status(path), status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    /// Ensures that nothing is at `path`, or throws.
    private static func removeStaleSocket(path: String, address: UnixAddress) throws(DaemonError) {
        guard let status = status(path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .socket(path: path, reason: "the existing file is not a socket; move it or choose another path")
        }
        let probe = Glibc.socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .socket(path: path, reason: reason(errno)) }
        defer { close(probe) }
        let result = address.withSockAddr { connect(probe, $0, $1) }
        let code = errno
        // A full backlog (EAGAIN) means that a daemon listens.
        if result == 0 || code == EAGAIN || code == EINPROGRESS { throw .alreadyRunning(path: path) }
        switch code {
        case ECONNREFUSED:
            guard unlink(path) == 0 || errno == ENOENT else {
                throw .socket(path: path, reason: "cannot remove the stale socket: \(reason(errno))")
            }
        case ENOENT: break
        default:
            throw .socket(
                path: path, reason: "the existing socket does not respond (\(reason(code))); choose another path")
        }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private static func setGroup(of path: String, to group: String) {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getgrnam_r(group, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return }
        _ = chown(path, uid_t.max, entry.gr_gid)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// An advisory lock on a directory. Waits at most two seconds, so that a lock held by another program doesn't keep the
/// daemon from starting.
private struct FolderLock {
    private let descriptor: Int32

    init(_ folder: String) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        for _ in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return }
            usleep(20_000)
        }
    }

    func release() {
        if descriptor >= 0 { close(descriptor) }
    }
}
