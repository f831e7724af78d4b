import Glibc
import Terminal
import Wire

/// The readout for pipes and files: one line per event, or the daemon's own lines, written without buffering.
public struct PlainReadout {
    public enum Form: Sendable {
        /// Lines formatted by `EventFormatter`.
        case text
        /// The daemon's notifications, byte for byte; responses are omitted.
        case json
    }

    private let loop: LinkLoop
    private let form: Form
    private let staysConnected: Bool
    private let formatter = EventFormatter()

    /// - Parameter staysConnected: whether to reconnect if the connection is lost.
    public init(link: DaemonLink, form: Form, staysConnected: Bool) throws(DescriptorError) {
        self.form = form
        self.staysConnected = staysConnected
        loop = try LinkLoop(link: link)
    }

    /// Runs until a signal arrives, or the connection is lost and `staysConnected` is false.
    /// - Throws: if writing to standard output fails; `isBrokenPipe` is the normal end of `| head`.
    public func run() throws(DescriptorError) {
        try loop.run(output: STDOUT_FILENO) { (events) throws(DescriptorError) in
            var output: [UInt8] = []
            var shouldContinue = true
            for event in events {
                switch event {
                case .connected: printRemark("reconnected")
                case .line(let line): append(line, to: &output)
                case .lost(let reason):
                    printRemark(staysConnected ? "\(reason); waiting for the daemon to return" : reason)
                    shouldContinue = staysConnected
                }
            }
            try Descriptor.write(output, to: STDOUT_FILENO, operation: "write standard output")
            return shouldContinue
        }
    }

    private func append(_ line: [UInt8], to output: inout [UInt8]) {
        let parsed = try? ServerLine.parse(line)
        switch form {
        case .json:
            if case .response = parsed { return }
            output += line
        case .text:
            guard case .message(let message) = parsed, let text = formatter.line(message, now: unixTime()) else {
                return
            }
            output += Array(text.utf8)
        }
        output.append(UInt8(ascii: "\n"))
    }
}
