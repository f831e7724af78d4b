import Capture
import Dispatch
import Logging
import Synchronization
import Wire

/// Executes changes requested by clients and reloads: loads models and opens sources on its own queue, then hands them
/// over to the analysis.
///
/// Changes are executed one at a time, in order. Opening a device or reading a model may take a while, and neither the
/// analysis nor the clients wait for it.
final class DaemonController: DaemonControl {
    private let analysis: AnalysisThread
    private let parts: DaemonParts
    private let logger: Logger
    private let settings: Mutex<Settings>
    private let queue = DispatchQueue(label: "control")
    private let scores: ScoreLoader

    init(analysis: AnalysisThread, parts: DaemonParts, settings: Settings, logger: Logger) {
        self.analysis = analysis
        self.parts = parts
        self.logger = logger
        self.settings = Mutex(settings)
        scores = ScoreLoader(
            read: { (request: ScoreRequest) throws(DaemonError) in try parts.loadScore(request) },
            deliver: { score, done in analysis.replaceScore(score, done: done) })
    }

    func loadModel(path: String, answer: @escaping @Sendable (ResponseError?) -> Void) {
        queue.async { [self] in
            do {
                let model = try parts.loadModel(path, settings.withLock { $0.thresholds })
                analysis.replaceModel(model) { [logger] in
                    logger.notice("the model is now \(model.description.name) (\(path))")
                    answer(nil)
                }
            } catch {
                answer(ResponseError(.modelNotLoaded, "\(error)"))
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
                answer(ResponseError(.sourceNotOpened, "\(error)"))
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

    func follow(
        _ request: FollowRequest, answer: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void
    ) {
        analysis.steer(request, done: answer)
    }

    private func load(
        _ request: ScoreRequest, answer: @escaping @Sendable (Result<ScoreDescription, ResponseError>) -> Void
    ) {
        scores.load(request) { [logger] result in
            if case .success(let score) = result {
                logger.notice("the score is now \(score.name) (\(score.measures) measures, method \(score.method))")
            }
            answer(result)
        }
    }

    /// Applies settings that may change while the daemon runs: thresholds, options for sources opened later, and the
    /// score.
    ///
    /// A score loaded by a client stays unless the configured score or its options have changed.
    func apply(_ new: Settings) {
        let old = settings.withLock { settings in
            defer { settings = new }
            return settings
        }
        analysis.setThresholds(new.thresholds)
        guard new.score != old.score || new.follow != old.follow else { return }
        if let path = new.score {
            load(ScoreRequest(path: path, new.follow)) { [logger] result in
                if case .failure(let error) = result { logger.error("keeping the previous score: \(error)") }
            }
        } else if old.score != nil {
            unloadScore {}
        }
    }
}
