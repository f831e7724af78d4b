import Basics
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Runs the analysis thread until shutdown, or until it finishes by itself.
struct AnalysisService: Service {
    let thread: AnalysisThread
    let server: SocketServer
    let notifier: ServiceNotifier

    func run() async throws {
        thread.run()
        await withTaskCancellationOrGracefulShutdownHandler {
            await thread.finished()
            // Nothing can be changed any more, even if the thread finished by itself.
            server.refuseRequests()
        } onCancelOrGracefulShutdown: {
            notifier.notify(.stopping)
            // First, so that no request that the thread discards is reported as done.
            server.refuseRequests()
            thread.stop()
        }
    }
}

/// Serves clients until shutdown, then disconnects them.
struct SocketService: Service {
    let server: SocketServer
    let analysis: AnalysisThread
    /// The socket file, if it is the daemon's own.
    let file: SocketFile?
    let logger: Logger

    /// Seconds between two looks at the socket file.
    static let fileInterval: Int64 = 10

    func run() async throws {
        let watch = file.map(watchFile)
        try? await gracefulShutdown()
        watch?.cancel()
        // On shutdown the analysis has finished already; on cancellation it may still be running. Its last notes are
        // sent either way.
        analysis.stop()
        await analysis.finished()
        file?.remove()
        await server.shutDown()
    }

    private func watchFile(_ file: SocketFile) -> RepeatedTask {
        let watch = NIOLoopBoundBox.makeBoxSendingValue(SocketFileWatch(path: file.path), eventLoop: server.eventLoop)
        let interval = TimeAmount.seconds(Self.fileInterval)
        return server.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [logger] _ in
            guard let change = watch.value.check(file.presence) else { return }
            logger.log(level: change.level, "\(change.text)")
        }
    }
}

/// Keeps the service manager informed: readiness, status line and watchdog.
struct NotificationService: Service {
    /// Seconds between two samples of the processor load for `status`.
    static let loadInterval: Int64 = 10

    let server: SocketServer
    let analysis: AnalysisThread
    let notifier: ServiceNotifier
    /// Seconds between two watchdog checks; nil without a watchdog.
    let watchdogInterval: Double?

    func run() async throws {
        let tasks = try await server.onLoop { publisher in
            notifier.notify(.ready, .status(publisher.summary))
            publisher.onChange = { [notifier, unowned publisher] in notifier.notify(.status(publisher.summary)) }
            return [scheduleLoadSamples(publisher)] + (watchdogInterval.map { [scheduleWatchdog($0)] } ?? [])
        }
        try? await gracefulShutdown()
        for task in tasks { task.cancel() }
        try await server.onLoop { $0.onChange = {} }
    }

    private func scheduleLoadSamples(_ publisher: Publisher) -> RepeatedTask {
        let publisher = NIOLoopBound(publisher, eventLoop: server.eventLoop)
        let interval = TimeAmount.seconds(Self.loadInterval)
        return server.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            publisher.value.sampleLoad()
        }
    }

    /// Runs on the event loop, so a hanging event loop triggers the watchdog too.
    private func scheduleWatchdog(_ seconds: Double) -> RepeatedTask {
        let watchdog = NIOLoopBoundBox(Watchdog(), eventLoop: server.eventLoop)
        let interval = TimeAmount.microseconds(Int64(seconds * 1e6))
        return server.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { [analysis, notifier] _ in
            if watchdog.value.check(rounds: analysis.reading.rounds, now: Clock.seconds) { notifier.notify(.watchdog) }
        }
    }
}

/// Handles signals: SIGHUP reloads the configuration; any other signal ends the service, and with it the daemon.
struct SignalService: Service {
    /// The trapped signals. It can be iterated once.
    let signals: UnixSignalsSequence
    /// Reloads the configuration, and reports that to the service manager and the log.
    let reload: @Sendable () async -> Void

    func run() async throws {
        for await signal in signals.cancelOnGracefulShutdown() {
            guard signal == .sighup else { return }
            await reload()
        }
    }
}
