import ArgumentParser
import Glibc
import Readout
import Terminal
import Wire

struct ShowStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the daemon's state and performance.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .long, help: "Print the daemon's answer as one JSON object.")
    var json = false

    func run() throws {
        let answer = try connection.request(.status)
        guard !json else {
            var writer = JSONWriter(capacity: 4096)
            answer.write(to: &writer)
            return try printLine(String(decoding: writer.bytes, as: UTF8.self))
        }
        do {
            let page = StatusPage(
                try answer.decoded(as: Status.self), columns: TerminalSize(descriptor: STDOUT_FILENO).columns,
                colours: TerminalTraits(descriptor: STDOUT_FILENO).colours)
            try printLine(page.text)
        } catch let error as WireError {
            throw failure(error.description, .ioError)
        }
    }
}
