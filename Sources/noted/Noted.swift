import ArgumentParser
import Capture
import Foundation
import Logging
import Service
import Terminal

@main
struct Noted: AsyncParsableCommand {
    static let version = Version.current

    static let configuration = CommandConfiguration(
        commandName: "noted",
        abstract:
            "Listens to live music and says, on a Unix socket, which notes are sounding and where in the score the players are.",
        discussion: """
            Without options it listens to the sound server's default source and runs the default model. \
            'notectl listen' shows what it hears. With --score, or after 'notectl load', it follows the score too. Configuration is read from /etc/noted/noted.yaml, then \
            $XDG_CONFIG_HOME/noted/noted.yaml, then the file that --config names; options win over all of them.
            """,
        version: version)

    @Option(help: ArgumentHelp("Read this configuration file after the usual ones.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Where the sound comes from: pulse[:NAME], alsa[:PCM], file:PATH, stdin[:FORMAT,RATE,CHANNELS] or none.",
            valueName: "source"))
    var source: String?

    @Option(help: ArgumentHelp("Run this model instead of the default one.", valueName: "file"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Follow this score: MIDI, MusicXML or **kern. 'notectl load' loads another.", valueName: "file"))
    var score: String?

    @Option(
        help: ArgumentHelp(
            "Listen at this path instead of $XDG_RUNTIME_DIR/noted/socket or /run/noted/socket.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Serve a web page at this address. Not in this version.", valueName: "addr:port"))
    var http: String?

    @Option(help: "The least severe messages to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level?

    @Flag(help: "Stop when a file or standard input has been played to its end.")
    var exitAtEnd = false

    @Flag(help: "Print the sources there are, and exit.")
    var listSources = false

    @Flag(help: "Check the configuration, say 'ok' or what is wrong with it, and exit.")
    var checkConfig = false

    func validate() throws {
        if http != nil { throw ValidationError("--http: this version has no web page yet; leave it out") }
    }

    func run() async throws {
        let logs = LogSettings(level: logLevel ?? .info)
        let isJournal = StandardErrorLogHandler.leadsToJournal(ProcessInfo.processInfo.environment)
        let logger = Logger(label: "noted") { _ in StandardErrorLogHandler(settings: logs, isJournal: isJournal) }
        let parts = DaemonParts.live(logger: logger)

        if listSources {
            for source in try SourceList.all() { print(Self.line(source)) }
            return
        }
        var options = Daemon.Options(
            configuration: ConfigurationSearch(environment: parts.environment, namedFile: config),
            server: "noted \(Self.version)")
        options.overrides = Settings(
            source: try source.map { text throws(CaptureError) in try SourceSpec(parsing: text) },
            model: model, score: score, socket: socket, logLevel: logLevel)
        options.exitsAtEnd = exitAtEnd

        let daemon = Daemon(options: options, parts: parts, logSettings: logs, logger: logger)
        if checkConfig {
            try daemon.checkConfiguration()
            print("ok")
            return
        }
        try await daemon.run()
    }

    private static func line(_ source: SourceDescription) -> String {
        if source.kind == .note { return "# \(source.description)" }
        return "\(source.spec)\t\(source.description)\(source.isDefault ? " (default)" : "")"
    }

    /// Runs the command and exits: 0, or a code of `ExitStatus` with one line on standard error.
    static func main() async {
        do {
            try await parse().run()
        } catch {
            Failure(error, of: Self.self).exit()
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
