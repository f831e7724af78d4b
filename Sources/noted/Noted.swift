import ArgumentParser
import Capture
import Foundation
import Logging
import NotedDaemon
import Terminal
import WebListener

@main
struct Noted: AsyncParsableCommand {
    static let version = Version.current

    static let configuration = CommandConfiguration(
        commandName: "noted",
        abstract: "Transcribes live music and follows a score, and publishes both on a Unix socket.",
        discussion: """
            By default, noted listens to the sound server's default source with the default model. Run \
            'notectl listen' to see the notes. With --score, or after 'notectl load', it also follows the score.

            Configuration files are read in this order: /etc/noted/noted.yaml, noted/noted.yaml in each directory of \
            $XDG_CONFIG_DIRS and in $XDG_CONFIG_HOME, and the file given by --config. Later files override earlier \
            ones; command-line options override all files.
            """,
        version: version)

    @Option(help: ArgumentHelp("Read this configuration file after the default ones.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Audio source: pulse[:NAME], alsa[:PCM], file:PATH, stdin[:FORMAT,RATE,CHANNELS] or none.",
            valueName: "source"))
    var source: String?

    @Option(help: ArgumentHelp("Use this model instead of the default one.", valueName: "file"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Follow this score (MIDI, MusicXML or **kern). 'notectl load' replaces it.", valueName: "file"))
    var score: String?

    @Option(
        help: ArgumentHelp(
            "Listen at this path instead of $XDG_RUNTIME_DIR/noted/socket or /run/noted/socket.", valueName: "path"))
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Serve metrics for Prometheus over HTTP at this address, such as 127.0.0.1:9464.", valueName: "addr:port"))
    var http: String?

    @Option(help: "Lowest severity to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level?

    @Flag(help: "Exit at the end of a file or of standard input.")
    var exitAtEnd = false

    @Flag(help: "List the available sources and exit.")
    var listSources = false

    @Flag(help: "Check configuration, model and score, print what was read and 'ok' or the error, and exit.")
    var checkConfig = false

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
            model: model, score: score, socket: socket,
            http: try http.map { text throws(WebError) in try WebAddress(parsing: text) }, logLevel: logLevel)
        options.exitsAtEnd = exitAtEnd

        let daemon = Daemon(options: options, parts: parts, logSettings: logs, logger: logger)
        if checkConfig {
            return try Self.report(try daemon.checkConfiguration(), looking: options.configuration)
        }
        try await daemon.run()
    }

    /// Prints what was read and tried, and 'ok' if the daemon would start. Throws its error otherwise.
    private static func report(_ check: ConfigurationCheck, looking search: ConfigurationSearch) throws {
        for file in check.files { print("read \(file)") }
        if check.files.isEmpty { print("no configuration file in \(search.standardFiles.joined(separator: ", "))") }
        for finding in check.findings { print("\(finding.name): \(finding.error.map { "\($0)" } ?? "ok")") }
        if let error = check.firstError { throw error }
        print("ok")
    }

    private static func line(_ source: SourceDescription) -> String {
        if source.kind == .note { return "# \(source.description)" }
        return "\(source.spec)\t\(source.description)\(source.isDefault ? " (default)" : "")"
    }

    /// Runs the command. On failure, prints one line on standard error and exits with a code of `ExitStatus`.
    static func main() async {
        DispatchLog.silence()
        Descriptor.reserveStandard()
        Descriptor.ignoreWriteSignals()
        do {
            try await parse().run()
        } catch {
            Failure(error, of: Self.self).exit()
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
