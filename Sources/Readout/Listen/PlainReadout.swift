import Glibc
import Terminal
import Wire

/// The readout for pipes and files: a line for each event, or the daemon's own lines, each written at once.
public struct PlainReadout {
    public enum Form: Sendable {
        /// As `EventFormatter` says.
        case text
        /// The daemon's lines, byte for byte; answers to our own requests are left out.
        case json
    }

    private let loop: LinkLoop
    private let form: Form
    private let staysConnected: Bool
    private let formatter = EventFormatter()

    /// - Parameter staysConnected: whether to connect again when the daemon goes away.
    public init(link: DaemonLink, form: Form, staysConnected: Bool) throws(DescriptorError) {
        self.form = form
        self.staysConnected = staysConnected
        loop = try LinkLoop(link: link)
    }

    /// Runs until a signal comes, or the connection ends and is not to be restored.
    /// - Throws: where standard output fails; `isBrokenPipe` is the ordinary end of `| head`.
    public func run() throws(DescriptorError) {
        try loop.run(output: STDOUT_FILENO) { (events) throws(DescriptorError) in
            var output: [UInt8] = []
            var goesOn = true
            for event in events {
                switch event {
                case .connected: remark("connected again")
                case .line(let line): append(line, to: &output)
                case .lost(let reason):
                    remark(staysConnected ? "\(reason); waiting for it to come back" : reason)
                    goesOn = staysConnected
                }
            }
            try Descriptor.write(output, to: STDOUT_FILENO, operation: "write standard output")
            return goesOn
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
