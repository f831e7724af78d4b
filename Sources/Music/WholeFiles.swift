import Foundation
import Glibc

/// Reads whole files and reports why a file cannot be read.
enum InputFile {
    static func read(_ path: String) throws(MusicError) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingFile(path: path)
        }
        guard !isDirectory.boolValue else { throw .unreadableFile(path: path, reason: "it is a directory") }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreadableFile(path: path, reason: "permission denied")
        }
        do {
            // Not mapped: if another program truncates a mapped file, reading it kills this process with SIGBUS.
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .unreadableFile(path: path, reason: error.localizedDescription)
        }
    }
}

/// Writes whole files atomically.
public enum OutputFile {
    /// Why no file can be written at `path`: it is a folder, or is in a folder that is missing or not writable. Nil if
    /// nothing speaks against it. To be called before a long run whose result goes there.
    public static func obstacle(at path: String) -> String? {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            return "it is a folder"
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            return "there is no folder '\(folder)'"
        }
        return FileManager.default.isWritableFile(atPath: folder) ? nil : "the folder '\(folder)' is not writable"
    }

    /// Whether writing at `path` replaces a file, or creates one, rather than sending the data to a device or a pipe.
    public static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes a file atomically: whatever fails, `path` holds either its old content or all of `data`. Data for a
    /// device or a pipe is written straight to it.
    static func write(_ data: Data, to path: String) throws(MusicError) {
        guard isFile(path) else {
            return try fill(path, flags: O_WRONLY | O_CLOEXEC | O_NOCTTY, mode: 0, with: data, named: path)
        }
        // The file that a symbolic link leads to is replaced, not the link.
        let target = realpath(path, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let final = target ?? path
        let slash = final.lastIndex(of: "/").map(final.index(after:)) ?? final.startIndex
        let temporary = "\(final[..<slash]).\(final[slash...].prefix(200)).\(getpid())"
        var status = stat()
        let mode = stat(final, &status) == 0 ? status.st_mode & 0o777 : 0o666
        do throws(MusicError) {
            try fill(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode: mode, with: data, named: path)
            guard rename(temporary, final) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func fill(
        _ target: String, flags: Int32, mode: mode_t, with data: Data, named path: String
    ) throws(MusicError) {
        let descriptor = open(target, flags, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var isOpen = true
        defer { if isOpen { close(descriptor) } }
        let bytes = [UInt8](data)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw failure(path) }
            offset += max(count, 0)
        }
        // A network file system may report only now that the data did not fit. Pipes cannot be synchronized.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw failure(path) }
        isOpen = false
        guard close(descriptor) == 0 || errno == EINTR else { throw failure(path) }
    }

    private static func failure(_ path: String) -> MusicError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
