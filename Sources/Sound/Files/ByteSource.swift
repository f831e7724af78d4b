import Foundation
import Glibc

/// Random access to the bytes of a regular file, for examining its structure. Not thread-safe.
final class ByteSource {
    let size: Int
    private let descriptor: Int32

    /// - Throws: `SoundError.missingFile`; `.unreadableFile` for anything but a readable regular file, naming what it
    ///   is; `.badAudio` for an empty file.
    init(path: String) throws(SoundError) {
        // A pipe without a writer would block.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw .missingFile(path: path)
            case EACCES, EPERM: throw .unreadableFile(path: path, reason: "permission denied")
            case ENXIO: throw .unreadableFile(path: path, reason: "it is a socket or a device, not a file")
            default: throw .unreadableFile(path: path, reason: String(cString: strerror(errno)))
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw .unreadableFile(path: path, reason: reason)
        }
        size = Int(status.st_size)
        if let reason = Self.obstacle(status.st_mode) {
            close(descriptor)
            throw .unreadableFile(path: path, reason: reason)
        }
        guard size > 0 else {
            close(descriptor)
            throw .badAudio(path: path, reason: "it is empty")
        }
    }

    deinit { close(descriptor) }

    /// Why something of this type cannot be read as an audio file; nil for a regular file.
    private static func obstacle(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "it is a directory"
        case S_IFIFO:
            "it is a named pipe (FIFO), not a file; raw samples from a pipe can be read with "
                + "'noted --source stdin:FORMAT,RATE,CHANNELS < FIFO'"
        case S_IFCHR, S_IFBLK: "it is a device, not a file; use 'alsa:PCM' or 'pulse:NAME' to record from a sound card"
        case S_IFSOCK: "it is a socket, not a file"
        default: "it is not a regular file"
        }
    }

    /// Up to `count` bytes from `offset` on; fewer at the end of the file, none beyond it.
    func bytes(_ offset: Int, _ count: Int) -> [UInt8] {
        guard offset >= 0, offset < size, count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: min(count, size - offset)) { buffer, filled in
            while filled < buffer.count {
                let got = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                filled += got
            }
        }
    }

    /// Reads into memory.
    ///
    /// - Returns: the number of bytes read.
    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < buffer.count, let base = buffer.baseAddress {
            let got = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            filled += got
        }
        return filled
    }

    /// The unsigned integer of `count` bytes at `offset`; nil beyond the end.
    func integer(_ offset: Int, _ count: Int, bigEndian: Bool = false) -> UInt64? {
        let bytes = bytes(offset, count)
        guard bytes.count == count else { return nil }
        let ordered = bigEndian ? bytes : bytes.reversed()
        return ordered.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether the bytes at `offset` are those of `text`.
    func has(_ text: String, at offset: Int) -> Bool { bytes(offset, text.utf8.count) == Array(text.utf8) }
}
