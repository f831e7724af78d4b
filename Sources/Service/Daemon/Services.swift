import Foundation
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Runs the analysis thread until shutdown, or until it finishes by itself.
struct AnalysisService: Service {
    let thread: AnalysisThread
    let notifier: ServiceNotifier

    func run() async throws {
        thread.run()
        await withTaskCancellationOrGracefulShutdownHandler {
            await thread.finished()
        } onCancelOrGracefulShutdown: {
            notifier.notify(.stopping)
            thread.stop()
        }
    }
}

/// Serves clients until shutdown, then says goodbye to them.
struct SocketService: Service {
    let server: SocketServer
    let analysis: AnalysisThread
    /// The socket file, when it is the daemon's own.
    let file: SocketFile?

    func run() async throws {
        try? await gracefulShutdown()
        // A shutdown comes here last, a cancellation comes everywhere at once: the last notes go out in either case.
        analysis.stop()
        await analysis.finished()
        file?.remove()
        await server.shutDown()
    }
}

/// Keeps the service manager informed: ready, what the daemon is doing, and that it is alive.
struct NotificationService: Service {
    /// Seconds between two samples of the processor load, for `status`.
    static let loadInterval: Int64 = 10

    let server: SocketServer
    let analysis: AnalysisThread
    let notifier: ServiceNotifier
    /// Seconds between two signs of life; nil when nobody waits for any.
    let watchdogInterval: Double?

    func run() async throws {
        let tasks = try await server.onLoop { publisher in
            notifier.notify(.ready, .status(publisher.summary))
            publisher.onChange = { [notifier, unowned publisher] in notifier.notify(.status(publisher.summary)) }
            return [scheduleLoadSamples(publisher)] + (watchdogInterval.map { [scheduleSignsOfLife($0)] } ?? [])
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

    /// The event loop asks and answers, so a loop that hangs gives no sign of life either.
    private func scheduleSignsOfLife(_ seconds: Double) -> RepeatedTask {
        let watchdog = NIOLoopBoundBox(Watchdog(), eventLoop: server.eventLoop)
        let interval = TimeAmount.microseconds(Int64(seconds * 1e6))
        return server.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { [analysis, notifier] _ in
            if watchdog.value.check(analysis.reading.progress) { notifier.notify(.watchdog) }
        }
    }
}

/// Does what signals ask for: SIGHUP reloads the configuration; any other ends the service, and with it the daemon.
struct SignalService: Service {
    /// The signals, trapped since before the first client could see the daemon. It can be iterated once.
    let signals: UnixSignalsSequence
    let notifier: ServiceNotifier
    let reload: @Sendable () -> Void

    func run() async throws {
        for await signal in signals.cancelOnGracefulShutdown() {
            guard signal == .sighup else { return }
            notifier.notify(.reloading(monotonicMicroseconds: Clocks.nanoseconds / 1000))
            reload()
            notifier.notify(.ready)
        }
    }
}
