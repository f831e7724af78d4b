import ArgumentParser
import Capture
import Foundation
import Networks
import NotedDaemon
import Terminal
import WebListener

/// How the program ends after an error: the message for the user and the exit status for scripts.
struct Failure {
    let status: Int32
    /// Empty if there is nothing to print.
    let message: String
    /// False for --help and --version, whose text goes to standard output.
    let isError: Bool

    init(_ error: any Error, of command: any ParsableCommand.Type) {
        switch error {
        case let error as DaemonError: self.init(Self.status(error), "\(error)")
        case let error as ModelError: self.init(Self.status(error), "\(error)")
        case let error as CaptureError: self.init(Self.status(error), "\(error)")
        case let error as WebError: self.init(.usage, "\(error)")
        default:
            let code = command.exitCode(for: error)
            if code.isSuccess {
                self.init(status: 0, message: command.fullMessage(for: error), isError: false)
            } else {
                let status = code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue
                self.init(status: status, message: command.message(for: error), isError: true)
            }
        }
    }

    private init(_ status: ExitStatus, _ message: String) {
        self.init(status: status.rawValue, message: message, isError: true)
    }

    private init(status: Int32, message: String, isError: Bool) {
        self.status = status
        self.message = message
        self.isError = isError
    }

    func exit() -> Never {
        if isError {
            FileHandle.standardError.write(Data("noted: \(message.replacing("\n", with: " "))\n".utf8))
        } else if !message.isEmpty {
            print(message)
        }
        Foundation.exit(status)
    }

    private static func status(_ error: DaemonError) -> ExitStatus {
        switch error {
        case .configuration, .configurationUnreadable, .socket, .alreadyRunning, .activation, .http: .config
        case .unsuitableModel, .unsuitableScore: .badData
        case .score(_, let isMissing): isMissing ? .missingInput : .badData
        case .source(.damaged): .badData
        case .source(.unreadable): .ioError
        }
    }

    private static func status(_ error: ModelError) -> ExitStatus {
        if case .unreadable = error { .missingInput } else { .badData }
    }

    private static func status(_ error: CaptureError) -> ExitStatus {
        switch error {
        case .badSpec, .badFormat: .usage
        case .file: error.isMissingInput ? .missingInput : .badData
        case .system, .listing: .noAudio
        }
    }
}
