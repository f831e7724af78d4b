import ArgumentParser
import Readout
import Terminal
import Wire

struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the daemon read its configuration again.",
        discussion: """
            Prints the files that were read, what has changed, and what requires a restart. If a file is invalid, the \
            daemon keeps its configuration.
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let answer = try connection.request(.configReload)
        do {
            for sentence in try answer.decoded(as: ReloadReport.self).sentences { try printLine(sentence) }
        } catch let error as WireError {
            throw failure(error.description, .ioError)
        }
    }
}
