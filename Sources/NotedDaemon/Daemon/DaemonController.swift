import Basics
import Capture
import Dispatch
import Logging
import Synchronization
import Wire

/// Executes changes requested by clients and reloads: loads models and opens sources on its own queue, then hands them
/// over to the analysis.
///
/// Changes are executed one at a time, in order. Opening a device or reading a model may take a while, and neither the
/// analysis nor the clients wait for it. Each change, and each that fails, is logged once.
final class DaemonController: DaemonControl {
    /// Reads the configuration files: the settings, command line included, and the paths that were read.
    typealias Configuration = @Sendable () throws(DaemonError) -> (settings: Settings, files: [String])

    private let analysis: AnalysisThread
    private let parts: DaemonParts
    private let logger: Logger
    private let logSettings: LogSettings
    private let readConfiguration: Configuration
    /// Those with which the daemon started.
    private let initialSettings: Settings
    private let settings: Mutex<Settings>
    private let queue = DispatchQueue(label: "control")
    private let scores: ScoreLoader

    /// - Parameters:
    ///   - settings: those in force.
    ///   - logSettings: those of `logger`, whose level a reload may change.
    init(
        analysis: AnalysisThread, parts: DaemonParts, settings: Settings, logger: Logger,
        logSettings: LogSettings = LogSettings(), readConfiguration: @escaping Configuration
    ) {
        self.analysis = analysis
        self.parts = parts
        self.logger = logger
        self.logSettings = logSettings
        self.readConfiguration = readConfiguration
        initialSettings = settings
        self.settings = Mutex(settings)
        scores = ScoreLoader(
            read: { (request: ScoreRequest) throws(DaemonError) in try parts.loadScore(request) },
            deliver: { score, done in analysis.replaceScore(score, done: done) })
    }

    func loadModel(path: String, answer: @escaping @Sendable (ResponseError?) -> Void) {
        queue.async { [self] in
            do {
                let model = try parts.loadModel(path, settings.withLock { $0.thresholds })
                model.tune(to: analysis.reading.tuning.a4)
                analysis.replaceModel(model) { [logger] in
                    logger.notice("the model is now \(model.description.name) (\(path))")
                    answer(nil)
                }
            } catch {
                let reason = Self.reason(error, "cannot read the model '\(path)'")
                logger.warning("keeping the previous model: \(reason)")
                answer(ResponseError(.modelNotLoaded, reason))
            }
        }
    }

    func selectSource(_ source: String, answer: @escaping @Sendable (ResponseError?) -> Void) {
        queue.async { [self] in
            do throws(CaptureError) {
                let spec = try SourceSpec(parsing: source)
                let opened = try parts.openSource(spec, settings.withLock { $0.captureOptions })
                analysis.replaceSource(opened) { [logger] in
                    logger.notice("the source is now \(spec.description)")
                    answer(nil)
                }
            } catch {
                let reason = Self.reason(error, "cannot open the source '\(source)'")
                logger.warning("keeping the previous source: \(reason)")
                answer(ResponseError(.sourceNotOpened, reason))
            }
        }
    }

    func loadScore(
        _ source: Wire.Command.ScoreSource, _ options: Wire.Command.ScoreOptions,
        answer: @escaping @Sendable (Result<ScoreDescription, ResponseError>) -> Void
    ) {
        load(ScoreRequest(source, options, defaults: settings.withLock { $0.follow }), answer: answer)
    }

    func unloadScore(answer: @escaping @Sendable () -> Void) {
        scores.unload { [logger] in
            logger.notice("unloaded the score")
            answer()
        }
    }

    func setTuning(_ a4: Double?, answer: @escaping @Sendable (Result<TuningState, ResponseError>) -> Void) {
        analysis.setTuning(a4) { [logger] result in
            if case .success(let state) = result { logger.notice("\(Self.description(state))") }
            answer(result)
        }
    }

    private static func description(_ state: TuningState) -> String {
        state.isAutomatic
            ? "the tuning is estimated, beginning with A4 = \(Numeral.decimal(state.a4, places: 1)) Hz"
            : "the tuning is set to A4 = \(Numeral.decimal(state.a4, places: 1)) Hz"
    }

    func follow(
        _ request: FollowRequest, answer: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void
    ) {
        analysis.steer(request, done: answer)
    }

    private func load(
        _ request: ScoreRequest, answer: @escaping @Sendable (Result<ScoreDescription, ResponseError>) -> Void
    ) {
        scores.load(request) { [logger] result in
            switch result {
            case .success(let score):
                logger.notice("the score is now \(score.name) (\(score.measures) measures, method \(score.method))")
            case .failure(let error) where error.knownCode == .superseded:
                logger.debug("\(request.name) was not loaded: \(error)")
            case .failure(let error): logger.warning("keeping the previous score: \(error)")
            }
            answer(result.mapError { $0.naming(failure: "cannot read the score '\(request.name)'") })
        }
    }
}

extension DaemonController {
    /// The message of `error`, or the shortage of descriptors that may be behind it.
    private static func reason(_ error: any Error, _ failure: String) -> String {
        DescriptorLimit.shortage.map { "\(failure): \($0)" } ?? "\(error)"
    }
}

// MARK: - Reload

extension DaemonController {
    func reload(answer: @escaping @Sendable (Result<ReloadReport, ResponseError>) -> Void) {
        queue.async { [self] in
            parts.notifier.notify(.reloading(monotonicMicroseconds: Clock.monotonic / 1000))
            let result = readAndApply()
            switch result {
            case .success(let report):
                logger.notice("reloaded the configuration: \(report.sentences.joined(separator: "; "))")
            case .failure(let error): logger.error("\(error)")
            }
            parts.notifier.notify(.ready)
            answer(result)
        }
    }

    /// Reads the configuration and puts it in force as a whole, or not at all. On the queue, because it waits for the
    /// score.
    private func readAndApply() -> Result<ReloadReport, ResponseError> {
        do throws(DaemonError) {
            let (new, files) = try readConfiguration()
            let old = settings.withLock { $0 }
            if let error = changeScore(from: old, to: new) { return .failure(.notReloaded("\(error)")) }
            if new.a4 != old.a4, let error = changeTuning(to: new.a4) { return .failure(.notReloaded("\(error)")) }
            analysis.setThresholds(new.thresholds)
            logSettings.level = new.logLevel ?? .info
            settings.withLock { $0 = new }
            return .success(ReloadReport(files: files, from: old, to: new, startedWith: initialSettings))
        } catch {
            return .failure(.notReloaded("\(error)"))
        }
    }

    /// Sets the tuning and waits until it is in force.
    ///
    /// - Returns: the error if the model cannot be tuned.
    private func changeTuning(to a4: Double?) -> ResponseError? {
        let outcome = Mutex<ResponseError?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        setTuning(a4) { result in
            if case .failure(let error) = result, error.knownCode != .superseded {
                outcome.withLock { $0 = error }
            }
            isDone.signal()
        }
        isDone.wait()
        return outcome.withLock { $0 }
    }

    /// Loads the configured score if the score or its options have changed; a score loaded by a client stays otherwise.
    /// Waits until it is followed.
    ///
    /// - Returns: the error if the score cannot be loaded. A client's newer request takes precedence and is no error.
    private func changeScore(from old: Settings, to new: Settings) -> ResponseError? {
        guard new.score != old.score || new.follow != old.follow else { return nil }
        let outcome = Mutex<ResponseError?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        if let path = new.score {
            load(ScoreRequest(path: path, new.follow)) { result in
                if case .failure(let error) = result, error.knownCode != .superseded {
                    outcome.withLock { $0 = error }
                }
                isDone.signal()
            }
        } else if old.score != nil {
            unloadScore { isDone.signal() }
        } else {
            return nil
        }
        isDone.wait()
        return outcome.withLock { $0 }
    }
}

extension ResponseError {
    fileprivate static func notReloaded(_ reason: String) -> ResponseError {
        ResponseError(.configurationNotLoaded, "keeping the previous configuration: \(reason)")
    }
}

extension ResponseError {
    /// This error, or the shortage of descriptors that may be behind a score that could not be loaded.
    fileprivate func naming(failure: String) -> ResponseError {
        guard knownCode == .scoreNotLoaded, let shortage = DescriptorLimit.shortage else { return self }
        return ResponseError(.scoreNotLoaded, "\(failure): \(shortage)")
    }
}
