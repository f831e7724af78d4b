import Basics
import Capture
import Foundation
import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
import WebListener
import Wire

/// The whole daemon: configuration, socket, model, source, and the services that run until it is stopped.
public struct Daemon: Sendable {
    /// Options from the command line.
    public struct Options: Sendable {
        /// Where to read the configuration from.
        public var configuration: ConfigurationSearch
        /// Settings that override every file.
        public var overrides = Settings()
        /// Whether the daemon stops by itself when a file or a pipe has ended.
        public var exitsAtEnd = false
        /// Whether to handle signals: SIGTERM and SIGINT stop the daemon, SIGHUP reloads the configuration.
        public var handlesSignals = true
        /// Name and version as clients see them.
        public var server: String

        public init(configuration: ConfigurationSearch, server: String) {
            self.configuration = configuration
            self.server = server
        }
    }

    private let options: Options
    private let parts: DaemonParts
    private let logSettings: LogSettings
    private let logger: Logger

    public init(options: Options, parts: DaemonParts, logSettings: LogSettings, logger: Logger) {
        self.options = options
        self.parts = parts
        self.logSettings = logSettings
        self.logger = logger
    }

    /// Runs until stopped by a signal, by the end of the source with `exitsAtEnd`, or by cancellation of the task.
    ///
    /// The socket is claimed before the model is read, so a second daemon fails at once.
    ///
    /// - Throws: ``DaemonError``, `ModelError` or `CaptureError` if the daemon cannot start; ``DaemonError/source(_:)``
    ///   if it stopped at the end of a source that ended prematurely.
    public func run() async throws {
        let settings = try readSettings().settings
        logSettings.level = settings.logLevel ?? .info
        // Clients may disconnect while they are being written to, which must not kill the process.
        signal(SIGPIPE, SIG_IGN)
        // Trapped before the socket exists, so that anyone who can reach the daemon can also stop it cleanly.
        let signals = options.handlesSignals ? await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) : nil
        let listener = try Listener(configured: settings.socket, environment: parts.environment)
        if let warning = listener.file?.warning { logger.warning("\(warning)") }
        try await serve(listener, settings, until: signals)
    }

    /// Reads the whole configuration, and tries what the daemon would need to start: the model, the score, and the file
    /// of a `file:` source.
    ///
    /// - Throws: ``DaemonError`` if a file is invalid.
    @discardableResult
    public func checkConfiguration() throws(DaemonError) -> ConfigurationCheck {
        let (settings, files) = try readSettings()
        return ConfigurationCheck(settings, files: files, parts: parts)
    }

    /// The combined settings of all files and the command line, and the files that were read.
    func readSettings() throws(DaemonError) -> (settings: Settings, files: [String]) {
        let (settings, files) = try options.configuration.read()
        for file in files { logger.debug("read the configuration \(file)") }
        return (settings.overridden(by: options.overrides), files)
    }

    private func serve(_ listener: Listener, _ settings: Settings, until signals: UnixSignalsSequence?) async throws {
        let hub = Hub()
        let (source, analysis) = try prepare(settings, hub, orRemove: listener.file)
        let controller = DaemonController(
            analysis: analysis, parts: parts, settings: settings, logger: logger, logSettings: logSettings,
            readConfiguration: { () throws(DaemonError) in try readSettings() })
        let server: SocketServer
        do {
            server = try await SocketServer.start(
                descriptor: listener.descriptor, settings: publisherSettings(settings, listener), hub: hub,
                analysis: { analysis.reading }, control: controller)
        } catch {
            source.hops.stop()
            listener.file?.remove()
            throw error
        }
        logger.notice("listening at \(listener.path); the source is \(source.name)")
        let web: WebListener?
        do {
            web = try await WebService.start(
                passed: PassedSockets(parts.environment, process: getpid()).httpListener(), configured: settings.http,
                server: server, name: options.server, logger: logger)
        } catch {
            source.hops.stop()
            listener.file?.remove()
            await server.shutDown()
            throw error
        }
        try await group(listener, server, web, analysis, controller, signals).run()
        logger.info("stopped")
        if options.exitsAtEnd, let failure = analysis.reading.timeline.endFailure { throw DaemonError.source(failure) }
    }

    /// Loads the model and the score, opens the source, and creates the analysis. Removes `file` if that fails.
    private func prepare(
        _ settings: Settings, _ hub: Hub, orRemove file: SocketFile?
    ) throws -> (source: OpenedSource, analysis: AnalysisThread) {
        do {
            let path = try settings.model ?? parts.findModel()
            let model = try parts.loadModel(path, settings.thresholds)
            logger.info("loaded the model \(model.description.name) (\(path))")
            let score = try settings.score.map { path throws(DaemonError) in
                try parts.loadScore(ScoreRequest(path: path, settings.follow))
            }
            if let a4 = settings.a4, !model.isTunable, a4 != 440 {
                logger.warning(
                    """
                    a4 is \(a4), but the model \(model.description.name) works at A4 = 440 Hz only, because its \
                    filters were learned; use a model with a filter bank, such as the default model
                    """)
            }
            if let score { logger.info("loaded the score \(score.description.name)") }
            let source = try parts.openSource(settings.source ?? .pulse(nil), settings.captureOptions)
            let analysis = AnalysisThread(
                source: source, model: model, thresholds: settings.thresholds, a4: settings.a4, score: score, hub: hub,
                exitsAtEnd: options.exitsAtEnd,
                onEstimatedTuning: { [logger] a4 in
                    logger.notice(
                        "the players are tuned to A4 = \(Numeral.decimal(a4, places: 1)) Hz: listening at that")
                },
                logger: logger)
            return (source, analysis)
        } catch {
            file?.remove()
            throw error
        }
    }

    private func publisherSettings(_ settings: Settings, _ listener: Listener) -> Publisher.Settings {
        var result = Publisher.Settings(server: options.server)
        result.maximumClients = settings.maximumClients ?? result.maximumClients
        result.session.queue = settings.clientQueue ?? result.session.queue
        result.access = listener.access
        result.logger = logger
        return result
    }

    /// The services stop in reverse order: first the analysis ends its notes, then the clients are disconnected.
    private func group(
        _ listener: Listener, _ server: SocketServer, _ web: WebListener?, _ analysis: AnalysisThread,
        _ controller: DaemonController, _ signals: UnixSignalsSequence?
    ) -> ServiceGroup {
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(
                service: SocketService(server: server, analysis: analysis, file: listener.file, logger: logger),
                serviceName: "sockets"),
            .init(
                service: NotificationService(
                    server: server, analysis: analysis, notifier: parts.notifier,
                    watchdogInterval: Watchdog.interval(parts.environment, process: getpid())),
                serviceName: "notifications"),
        ]
        if let web { services.append(.init(service: WebService(listener: web), serviceName: "web")) }
        if let signals {
            services.append(
                .init(
                    service: SignalService(signals: signals) {
                        await withCheckedContinuation { done in controller.reload { _ in done.resume() } }
                    },
                    successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "signals"))
        }
        services.append(
            .init(
                service: AnalysisService(thread: analysis, server: server, notifier: parts.notifier),
                successTerminationBehavior: .gracefullyShutdownGroup, serviceName: "analysis"))
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
    }
}
