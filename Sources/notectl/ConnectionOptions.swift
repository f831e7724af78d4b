import ArgumentParser
import Glibc
import Readout
import Terminal
import Wire

/// Which daemon to talk to.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The daemon's socket.", valueName: "path"))
    var socket: String?

    var path: String {
        SocketPath.resolve(
            given: socket, environment: { name in getenv(name).map { String(cString: $0) } },
            exists: { access($0, F_OK) == 0 })
    }

    /// Sends one request and returns the answer.
    /// - Parameter timeout: seconds.
    func request(_ command: Command, timeout: Double = 30) throws -> JSONValue {
        try orExit {
            try DaemonConnection(path: path).request(command, timeout: timeout)
        }
    }

    /// Sends one request whose answer says nothing but that it was done.
    func perform(_ command: Command, done: String) throws {
        _ = try request(command)
        try printLine(done)
    }
}

/// Runs the work of a command; an error becomes one line on standard error and an exit code.
func orExit<T>(_ work: () throws -> T) throws -> T {
    do {
        return try work()
    } catch let error as ConnectionError {
        throw failure(error.description, error.exitStatus)
    } catch let error as DescriptorError {
        // Whoever reads us has seen enough, as in `notectl listen | head`.
        if error.isBrokenPipe { throw ExitCode.success }
        throw failure(error.description, .ioError)
    }
}

/// Says why on standard error and gives the error that ends the program with a code.
func failure(_ message: String, _ status: ExitStatus) -> ExitCode {
    say(message)
    return ExitCode(status.rawValue)
}

/// Says something to the person at the terminal, on standard error.
func say(_ message: String) {
    try? Descriptor.write(Array("notectl: \(message)\n".utf8), to: STDERR_FILENO, operation: "write standard error")
}

/// Writes a line to standard output.
func printLine(_ line: String) throws {
    try orExit {
        try Descriptor.write(Array("\(line)\n".utf8), to: STDOUT_FILENO, operation: "write standard output")
    }
}
