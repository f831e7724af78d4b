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
    /// Why members of the group cannot connect, and what to do about it; nil if they can, or if no group was given.
    public let warning: String?
    private let device: dev_t
    private let inode: ino_t

    /// Listens at `path`. Creates its directory if that is missing, but not the parents of the directory. A new
    /// directory has mode 0700, or 0750 and the group if one is given.
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
        let number = group.flatMap(GroupDatabase.identifier(of:))
        if mkdir(folder, 0o700) == 0 {
            // The group first, so that no other group can enter in between.
            if let number, chown(folder, uid_t.max, number) == 0 { _ = chmod(folder, 0o750) }
        } else if errno != EEXIST {
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
            if let number { _ = chown(path, uid_t.max, number) }
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
        warning = group.flatMap { name in number.flatMap { Self.obstacle(to: $0, name, at: path, in: folder) } }
    }

    /// What has become of the file since the daemon created it.
    public enum Presence: Sendable, Equatable {
        case present, removed, replaced
    }

    /// Whether the file is still there.
    public var presence: Presence {
        guard let status = Self.status(path) else { return .removed }
        return isOwn(status) ? .present : .replaced
    }

    /// The group that may use the file at this moment: see ``Glibc/stat/admittedGroup``. Nil if the file is gone.
    var admittedGroup: gid_t? {
        guard let status = Self.status(path), isOwn(status) else { return nil }
        return status.admittedGroup
    }

    /// The system cannot have reused the inode number while the socket is open.
    private func isOwn(_ status: stat) -> Bool { status.st_dev == device && status.st_ino == inode }

    /// Removes the file, unless another has taken its place. To be called while the descriptor is open, because the
    /// system may reuse the inode number afterwards.
    public func remove() {
        if presence == .present { unlink(path) }
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

    /// Why members of the group cannot use the socket; nil if they can.
    private static func obstacle(to number: gid_t, _ name: String, at path: String, in folder: String) -> String? {
        var directory = stat()
        guard let file = status(path), stat(folder, &directory) == 0 else { return nil }
        if file.st_gid != number {
            return "members of the group '\(name)' cannot connect: \(path) could not be given to the group; "
                + "run noted as root or as a member of it"
        }
        let entry: mode_t = directory.st_gid == number ? 0o010 : 0o001
        if directory.st_mode & entry == 0 {
            return "members of the group '\(name)' cannot connect: \(folder) keeps them out; "
                + "run 'chgrp \(name) \(folder)' and 'chmod 0750 \(folder)'"
        }
        return nil
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
