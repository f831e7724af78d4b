import Basics
import CLinux
import Capture
import Dispatch
import Foundation
import Logging
import Synchronization
import Wire

/// The analysis thread: processes hop after hop from the source, and executes commands between hops.
///
/// All methods may be called from any thread, and none waits for the analysis thread. A `done` closure is called
/// exactly once and never before the method returns, so callers may hold a lock.
public final class AnalysisThread: Sendable {
    /// How long the thread waits for audio before it checks its mailbox.
    static let pollInterval = Duration.milliseconds(100)

    private enum Command: Sendable {
        case model(LoadedModel, done: @Sendable () -> Void)
        case source(OpenedSource, done: @Sendable () -> Void)
        case thresholds(ThresholdSettings)
        case score(LoadedScore?, done: @Sendable () -> Void)
        case tuning(Double?, done: LiveTuning.Answer)
        case prepared(PreparedTuning?)
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
    private let logger: Logger
    private let mailbox = Mutex(Mailbox())
    private let wake = DispatchSemaphore(value: 0)
    private let preparation = DispatchQueue(label: "tuning")
    private let onEstimatedTuning: @Sendable (Double) -> Void
    /// What the thread starts with. It is moved out of here, so that parts that are replaced later can be freed.
    private let initialState: Mutex<InitialState?>

    private struct InitialState {
        var source: OpenedSource
        var model: LoadedModel
        var thresholds: ThresholdSettings
        var a4: Double?
        var score: LoadedScore?
    }

    /// - Parameters:
    ///   - a4: the players' tuning, the frequency of A4 in hertz; nil to estimate it.
    ///   - exitsAtEnd: whether the thread finishes by itself when its source ends.
    ///   - epoch: the number of the first epoch.
    ///   - onEstimatedTuning: called on another thread when the tuning changes because of the estimate.
    ///   - logger: receives changes of state, on the thread; it must not block.
    public init(
        source: OpenedSource, model: LoadedModel, thresholds: ThresholdSettings, a4: Double? = nil,
        score: LoadedScore? = nil, hub: Hub, epoch: Int = 1, exitsAtEnd: Bool = false,
        onEstimatedTuning: @escaping @Sendable (Double) -> Void = { _ in }, logger: Logger = .silent
    ) {
        self.onEstimatedTuning = onEstimatedTuning
        self.hub = hub
        self.logger = logger
        self.exitsAtEnd = exitsAtEnd
        let reading = AnalysisReading(
            timeline: Timeline(epoch: epoch, source.hops.traits, now: Clock.unix), model: model.description)
        shared = AnalysisReadingBox(reading)
        hub.begin(with: Snapshot(server: "", reading))
        initialState = Mutex(InitialState(source: source, model: model, thresholds: thresholds, a4: a4, score: score))
    }

    /// Starts the thread. Must be called once.
    public func run() {
        let thread = Thread { [self] in
            // Foundation may set the name before the thread exists.
            clinux_name_thread("analysis")
            clinux_request_short_slices()
            if let analysis = begin() { run(analysis) }
        }
        thread.name = "analysis"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// The current reading of the analysis.
    public var reading: AnalysisReading { shared.value }

    /// Replaces the model. `done` is called on the thread once the old model's notes have ended.
    public func replaceModel(_ model: LoadedModel, done: @escaping @Sendable () -> Void) {
        post(.model(model, done: done))
    }

    /// Switches to `source`. `done` is called on the thread once the new epoch has begun.
    public func replaceSource(_ source: OpenedSource, done: @escaping @Sendable () -> Void) {
        post(.source(source, done: done))
    }

    /// Follows `score`, or nothing if it is nil. `done` is called on the thread once the change has been published.
    public func replaceScore(_ score: LoadedScore?, done: @escaping @Sendable () -> Void) {
        post(.score(score, done: done))
    }

    /// Controls the follower. `done` is called on the thread with the new position, for requests that name a place.
    public func steer(
        _ request: FollowRequest, done: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void
    ) {
        post(.follow(request, done: done))
    }

    /// Applies `settings` from the next hop on.
    public func setThresholds(_ settings: ThresholdSettings) { post(.thresholds(settings)) }

    /// Sets the players' tuning; nil estimates it. `done` is called once it is in force.
    func setTuning(_ a4: Double?, done: @escaping LiveTuning.Answer) { post(.tuning(a4, done: done)) }

    /// Requests the thread to end every note, stop its source and finish.
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
        let initialState = initialState.withLock { initialState in
            defer { initialState = nil }
            return initialState
        }
        guard let initialState else { return nil }
        let analysis = Analysis(
            source: initialState.source, model: initialState.model, thresholds: initialState.thresholds,
            a4: initialState.a4, hub: hub, reading: shared, logger: logger,
            prepareTuning: { [self] order in
                preparation.async { self.prepare(order) }
            })
        if let a4 = initialState.a4 { analysis.setTuning(a4) { _ in } }
        if let score = initialState.score { analysis.replaceScore(score) }
        return analysis
    }

    /// Prepares a tuning on ``preparation``.
    private func prepare(_ order: PreparedTuning.Order) {
        post(.prepared(try? PreparedTuning(order)))
        if order.isEstimated, order.a4 != order.previous { onEstimatedTuning(order.a4) }
    }

    private func run(_ analysis: Analysis) {
        var hasEnded = false
        while true {
            let (commands, isStopping) = mailbox.withLock { mailbox in
                defer { mailbox.commands.removeAll() }
                return (mailbox.commands, mailbox.isStopping)
            }
            for command in commands {
                if execute(command, analysis) { hasEnded = false }
            }
            if isStopping || (hasEnded && exitsAtEnd) { break }
            if hasEnded {
                _ = wake.wait(timeout: .now() + .milliseconds(250))
                analysis.idleRound()
            } else {
                hasEnded = analysis.step(timeout: Self.pollInterval) == .ended
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

    /// - Returns: whether the source was replaced.
    private func execute(_ command: Command, _ analysis: Analysis) -> Bool {
        switch command {
        case .model(let model, let done):
            analysis.replaceModel(model)
            done()
        case .source(let source, let done):
            let previous = analysis.replaceSource(source)
            done()
            // Stopping waits for the capture thread, which the analysis must not do.
            DispatchQueue.global().async { previous.hops.stop() }
            return true
        case .thresholds(let settings):
            analysis.setThresholds(settings)
        case .score(let score, let done):
            let previous = analysis.replaceScore(score)
            done()
            // Freeing a long score takes a while, which the analysis must not spend.
            DispatchQueue.global().async { withExtendedLifetime(previous) {} }
        case .tuning(let a4, let done): analysis.setTuning(a4, answer: done)
        case .prepared(let prepared): analysis.retune(prepared)
        case .follow(let request, let done):
            do throws(ResponseError) {
                done(.success(try analysis.steer(request)))
            } catch {
                done(.failure(error))
            }
        }
        return false
    }

    /// Completes commands that arrived too late, so that no caller waits forever.
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
            case .tuning(_, let done): done(.failure(.stopping))
            case .thresholds, .prepared: break
            }
        }
    }
}
