import Glibc
import Logging

/// Writes the log to standard error, one line per message.
///
/// Under systemd each line begins with the priority prefix of sd-daemon(3), which journald understands; otherwise with
/// the name of the level. Repeated messages are limited. A message that standard error doesn't take at once is dropped
/// and counted, so that logging never blocks. Not for the capture thread.
public struct StandardErrorLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    private let settings: LogSettings
    private let isJournal: Bool
    private let output = LineOutput.standardError

    /// - Parameter isJournal: whether standard error is connected to journald; see ``leadsToJournal(_:)``.
    public init(settings: LogSettings, isJournal: Bool) {
        self.settings = settings
        self.isJournal = isJournal
    }

    public var logLevel: Logger.Level {
        get { settings.level }
        set { settings.level = newValue }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Whether standard error is the stream named by `JOURNAL_STREAM`. Source: systemd.exec(5).
    public static func leadsToJournal(_ environment: [String: String]) -> Bool {
        guard let stream = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }

    public func log(event: LogEvent) {
        let text = event.message.description
        guard let suppressed = settings.admit(text) else { return }
        let combined = metadata.merging(event.metadata ?? [:]) { $1 }
        output.write { dropped in
            Self.line(
                text, level: event.level, metadata: combined, suppressed: suppressed, dropped: dropped,
                isJournal: isJournal)
        }
    }

    /// One message as a line, newline included. Newlines in the message become spaces.
    ///
    /// - Parameters:
    ///   - suppressed: similar messages that the rate limit suppressed.
    ///   - dropped: messages of any kind that could not be written.
    static func line(
        _ text: String, level: Logger.Level, metadata: Logger.Metadata, suppressed: Int, dropped: Int = 0,
        isJournal: Bool
    ) -> String {
        var line = isJournal ? "<\(priority(level))>" : "noted: \(level.rawValue): "
        line += text.replacing("\n", with: " ")
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=" + "\(value)".replacing("\n", with: " ")
        }
        if suppressed > 0 { line += " (\(suppressed) similar messages suppressed)" }
        if dropped > 0 { line += " (\(dropped) messages lost, because standard error was not read)" }
        return line + "\n"
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}
