import Capture
import Dispatch
import Foundation
import Synchronization
import Wire

/// The thread that analyses: hop after hop from the source, and between hops whatever others have asked of it.
///
/// All methods may be called from any thread and none of them waits for the thread.
public final class AnalysisThread: Sendable {
    /// How long the thread waits for sound before it looks at its mailbox.
    static let patience = Duration.milliseconds(100)

    private enum Command: Sendable {
        case model(LoadedModel, done: @Sendable () -> Void)
        case source(OpenedSource, done: @Sendable () -> Void)
        case thresholds(ThresholdSettings)
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isStopping = false
        var hasFinished = false
        var waiting: [@Sendable () -> Void] = []
    }

    private let hub: Hub
    private let shared: AnalysisStateBox
    private let exitsAtEnd: Bool
    private let mailbox = Mutex(Mailbox())
    private let wake = DispatchSemaphore(value: 0)
    private let start: @Sendable (AnalysisThread) -> Void

    /// - Parameters:
    ///   - exitsAtEnd: whether the thread finishes by itself when a source has been played to its end.
    ///   - epoch: the number of the first epoch.
    public init(
        source: OpenedSource, model: LoadedModel, thresholds: ThresholdSettings, hub: Hub, epoch: Int = 1,
        exitsAtEnd: Bool = false
    ) {
        self.hub = hub
        self.exitsAtEnd = exitsAtEnd
        let shared = AnalysisStateBox(
            AnalysisState(
                epoch: epoch, source: Wire.SourceState(state: .waiting, source: source.name, detail: ""),
                model: model.description))
        self.shared = shared
        start = { owner in
            let thread = Thread {
                let analysis = Analysis(
                    source: source, model: model, thresholds: thresholds, hub: hub, state: shared)
                owner.run(analysis)
            }
            thread.name = "analysis"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Starts the thread. To be called once.
    public func run() { start(self) }

    /// Where the analysis is.
    public var state: AnalysisState { shared.value }

    /// Puts `model` in the place of the present one; `done` is called on the thread when its notes have been ended.
    public func replaceModel(_ model: LoadedModel, done: @escaping @Sendable () -> Void) {
        post(.model(model, done: done))
    }

    /// Listens to `source` from now on; `done` is called on the thread when the new epoch has begun.
    public func replaceSource(_ source: OpenedSource, done: @escaping @Sendable () -> Void) {
        post(.source(source, done: done))
    }

    /// Uses `settings` from the next hop on.
    public func setThresholds(_ settings: ThresholdSettings) { post(.thresholds(settings)) }

    /// Asks the thread to end every note, stop its source and finish.
    public func stop() {
        mailbox.withLock { $0.isStopping = true }
        wake.signal()
    }

    /// Returns when the thread has finished.
    public func finished() async {
        await withCheckedContinuation { continuation in
            let isOver = mailbox.withLock { mailbox in
                if !mailbox.hasFinished { mailbox.waiting.append { continuation.resume() } }
                return mailbox.hasFinished
            }
            if isOver { continuation.resume() }
        }
    }

    private func post(_ command: Command) {
        let isOver = mailbox.withLock { mailbox in
            mailbox.commands.append(command)
            return mailbox.hasFinished
        }
        if isOver { discardCommands() } else { wake.signal() }
    }

    // MARK: On the thread

    private func run(_ analysis: Analysis) {
        var hasEnded = false
        while true {
            let (commands, isStopping) = mailbox.withLock { mailbox in
                defer { mailbox.commands.removeAll() }
                return (mailbox.commands, mailbox.isStopping)
            }
            for command in commands {
                if carryOut(command, analysis) { hasEnded = false }
            }
            if isStopping || (hasEnded && exitsAtEnd) { break }
            if hasEnded {
                _ = wake.wait(timeout: .now() + .milliseconds(250))
                analysis.idleRound()
            } else {
                hasEnded = analysis.step(timeout: Self.patience) == .ended
            }
        }
        analysis.finish().hops.stop()
        let waiting = mailbox.withLock { mailbox in
            mailbox.hasFinished = true
            defer { mailbox.waiting.removeAll() }
            return mailbox.waiting
        }
        discardCommands()
        for resume in waiting { resume() }
    }

    /// Returns whether there is a new source.
    private func carryOut(_ command: Command, _ analysis: Analysis) -> Bool {
        switch command {
        case .model(let model, let done):
            analysis.replaceModel(model)
            done()
        case .source(let source, let done):
            let previous = analysis.replaceSource(source)
            done()
            // Stopping waits for the capture thread, and the analysis must not.
            DispatchQueue.global().async { previous.hops.stop() }
            return true
        case .thresholds(let settings):
            analysis.setThresholds(settings)
        }
        return false
    }

    /// Answers commands that came too late, so that nobody waits for ever.
    private func discardCommands() {
        let commands = mailbox.withLock { mailbox in
            defer { mailbox.commands.removeAll() }
            return mailbox.commands
        }
        for command in commands {
            switch command {
            case .model(_, let done): done()
            case .source(let source, let done):
                source.hops.stop()
                done()
            case .thresholds: break
            }
        }
    }
}
