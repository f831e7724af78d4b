import ArgumentParser
import Glibc
import Readout
import Terminal
import Wire

/// Selects the daemon to connect to.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The path of the daemon's socket.", valueName: "path"))
    var socket: String?

    var path: String {
        SocketPath.resolve(
            given: socket, environment: { name in getenv(name).map { String(cString: $0) } },
            exists: { access($0, F_OK) == 0 })
    }

    /// Sends one request and returns its result.
    /// - Parameter timeout: seconds.
    func request(_ command: Command, timeout: Double = 30) throws -> JSONValue {
        try exitOnError {
            try DaemonConnection(path: path).request(command, timeout: timeout)
        }
    }

    /// Sends one request that returns no data, and prints `done`.
    func perform(_ command: Command, done: String) throws {
        _ = try request(command)
        try printLine(done)
    }
}

/// Runs `work`, turning an error into one line on standard error and an exit code.
func exitOnError<T>(_ work: () throws -> T) throws -> T {
    do {
        return try work()
    } catch let error as ConnectionError {
        throw failure(error.description, error.exitStatus)
    } catch let error as DescriptorError {
        // The reader has closed the pipe, as in `notectl listen | head`.
        if error.isBrokenPipe { throw ExitCode.success }
        throw failure(error.description, .ioError)
    }
}

/// Prints an error message and returns the error that makes the program exit with `status`.
func failure(_ message: String, _ status: ExitStatus) -> ExitCode {
    printMessage(message)
    return ExitCode(status.rawValue)
}

/// Prints a message on standard error.
func printMessage(_ message: String) {
    try? Descriptor.write(Array("notectl: \(message)\n".utf8), to: STDERR_FILENO, operation: "write standard error")
}

/// Writes a line to standard output.
func printLine(_ line: String) throws {
    try exitOnError {
        try Descriptor.write(Array("\(line)\n".utf8), to: STDOUT_FILENO, operation: "write standard output")
    }
}
