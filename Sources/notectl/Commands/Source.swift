import ArgumentParser
import Readout

struct Source: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Switch to another audio source.",
        discussion: "If the daemon cannot use the new source, it keeps the current one.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(
        help: ArgumentHelp(
            "pulse[:NAME], alsa[:PCM], file:PATH or none; 'noted --list-sources' lists them.", valueName: "source"))
    var source: String

    func run() throws {
        // The daemon has a different working directory.
        let prefix = "file:"
        let named = source.hasPrefix(prefix) ? prefix + absolutePath(String(source.dropFirst(prefix.count))) : source
        try connection.perform(.sourceSelect(named), done: "noted now listens to \(named)")
    }
}
