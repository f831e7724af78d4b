import ArgumentParser
import Readout

struct Source: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Listen to another source.",
        discussion: "The daemon goes back to its former source if the new one makes no sense to it.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(
        help: ArgumentHelp(
            "pulse[:NAME], alsa[:PCM], file:PATH or none; 'noted --list-sources' names them.", valueName: "source"))
    var source: String

    func run() throws {
        // The daemon's working directory is another one.
        let prefix = "file:"
        let named = source.hasPrefix(prefix) ? prefix + absolutePath(String(source.dropFirst(prefix.count))) : source
        try connection.perform(.sourceSelect(named), done: "noted listens to \(named) now")
    }
}
