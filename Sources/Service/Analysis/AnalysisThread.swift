import Capture
import Dispatch
import Foundation
import Synchronization
import Wire

/// The thread that analyses: hop after hop from the source, and between hops whatever others have asked of it.
///
/// All methods may be called from any thread and none of them waits for the thread. What they take as `done` is called exactly once,
/// and never before they return: callers may hold a lock.
public final class AnalysisThread: Sendable {
    /// How long the thread waits for sound before it looks at its mailbox.
    static let patience = Duration.milliseconds(100)

    private enum Command: Sendable {
        case model(LoadedModel, done: @Sendable () -> Void)
        case source(OpenedSource, done: @Sendable () -> Void)
        case thresholds(ThresholdSettings)
        case score(LoadedScore?, done: @Sendable () -> Void)
        case follow(FollowRequest, done: @Sendable (Result<ScorePosition?, ResponseError>) -> Void)
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isStopping = false
        var hasFinished = false
        var waiting: [@Sendable () -> Void] = []
    }

    private let hub: Hub
    private let shared: AnalysisReadingBox
    private let exitsAtEnd: Bool
    private let mailbox = Mutex(Mailbox())
    private let wake = DispatchSemaphore(value: 0)
    /// What the thread takes over when it begins; nothing of it is kept here, so that what is replaced later is freed.
    private let beginning: Mutex<Beginning?>

    private struct Beginning {
        var source: OpenedSource
        var model: LoadedModel
        var thresholds: ThresholdSettings
        var score: LoadedScore?
    }

    /// - Parameters:
    ///   - exitsAtEnd: whether the thread finishes by itself when a source has been played to its end.
    ///   - epoch: the number of the first epoch.
    public init(
        source: OpenedSource, model: LoadedModel, thresholds: ThresholdSettings, score: LoadedScore? = nil,
        hub: Hub, epoch: Int = 1, exitsAtEnd: Bool = false
    ) {
        self.hub = hub
        self.exitsAtEnd = exitsAtEnd
        let reading = AnalysisReading(
            timeline: Timeline(epoch: epoch, source.hops.traits, now: Clocks.unixTime), model: model.description)
        shared = AnalysisReadingBox(reading)
        hub.begin(with: Snapshot(server: "", reading))
        beginning = Mutex(Beginning(source: source, model: model, thresholds: thresholds, score: score))
    }

    /// Starts the thread. To be called once.
    public func run() {
        let thread = Thread { [self] in
            if let analysis = begin() { run(analysis) }
        }
        thread.name = "analysis"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// How the analysis is doing.
    public var reading: AnalysisReading { shared.value }

    /// Puts `model` in the place of the present one; `done` is called on the thread when its notes have been ended.
    public func replaceModel(_ model: LoadedModel, done: @escaping @Sendable () -> Void) {
        post(.model(model, done: done))
    }

    /// Listens to `source` from now on; `done` is called on the thread when the new epoch has begun.
    public func replaceSource(_ source: OpenedSource, done: @escaping @Sendable () -> Void) {
        post(.source(source, done: done))
    }

    /// Follows `score` from now on, or nothing; `done` is called on the thread when clients have been told.
    public func replaceScore(_ score: LoadedScore?, done: @escaping @Sendable () -> Void) {
        post(.score(score, done: done))
    }

    /// Steers the follower; `done` is called on the thread with the place that is followed from now on, where one was named.
    public func steer(
        _ request: FollowRequest, done: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void
    ) {
        post(.follow(request, done: done))
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
        if isOver { DispatchQueue.global().async { [self] in discardCommands() } } else { wake.signal() }
    }

    // MARK: On the thread

    private func begin() -> Analysis? {
        let beginning = beginning.withLock { beginning in
            defer { beginning = nil }
            return beginning
        }
        guard let beginning else { return nil }
        let analysis = Analysis(
            source: beginning.source, model: beginning.model, thresholds: beginning.thresholds, hub: hub,
            reading: shared)
        if let score = beginning.score { analysis.replaceScore(score) }
        return analysis
    }

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
        case .score(let score, let done):
            let previous = analysis.replaceScore(score)
            done()
            // Freeing a long score takes a while, and the analysis must not.
            DispatchQueue.global().async { withExtendedLifetime(previous) {} }
        case .follow(let request, let done):
            do throws(ResponseError) {
                done(.success(try analysis.steer(request)))
            } catch {
                done(.failure(error))
            }
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
            case .model(_, let done), .score(_, let done): done()
            case .follow(_, let done): done(.failure(.stopping))
            case .source(let source, let done):
                source.hops.stop()
                done()
            case .thresholds: break
            }
        }
    }
}
