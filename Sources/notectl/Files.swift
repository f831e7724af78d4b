import ArgumentParser
import Glibc
import Readout
import Terminal

/// The absolute form of a path, because the daemon has a different working directory.
func absolutePath(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard let directory = getcwd(nil, 0) else { return path }
    defer { free(directory) }
    return String(cString: directory) + "/" + path
}

/// Exits with an error if a file cannot be read.
func requireReadable(_ path: String) throws {
    guard access(path, R_OK) == 0 else {
        throw failure("cannot read '\(path)': \(DescriptorError.reason(errno)); check the path", .missingInput)
    }
}

/// Exits with an error if a file cannot be written: better now than after an hour of recording.
func requireWritable(_ path: String) throws {
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard access(directory, W_OK) == 0 else {
        throw failure(
            "cannot write to '\(directory)': \(DescriptorError.reason(errno)); choose another directory", .ioError)
    }
    var information = stat()
    if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
        throw failure("'\(path)' is a directory; give the name of a file", .ioError)
    }
}

/// Reads a score file of at most 64 MiB.
func contents(of path: String) throws -> [UInt8] {
    try requireReadable(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw failure("cannot open '\(path)': \(DescriptorError.reason(errno))", .missingInput)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        if count < 0 {
            if errno == EINTR { continue }
            throw failure("cannot read '\(path)': \(DescriptorError.reason(errno))", .ioError)
        }
        bytes += buffer[..<count]
        guard bytes.count <= 64 << 20 else {
            throw failure("'\(path)' is larger than 64 MiB, the limit for a score", .badData)
        }
    }
}
