import Logging

extension Logger {
    /// A logger that discards all messages.
    public static let silent = Logger(label: "noted") { _ in SwiftLogNoOpLogHandler() }
}
