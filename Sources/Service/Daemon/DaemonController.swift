import Capture
import Dispatch
import Logging
import Synchronization
import Wire

/// Carries out what clients and reloads change: loads models and opens sources aside, then hands them to the analysis.
///
/// One change at a time, in the order asked for, on a queue of its own: opening a device or reading a model may take a
/// while, and neither the analysis nor the clients wait for it.
final class DaemonController: DaemonControl {
    private let analysis: AnalysisThread
    private let parts: DaemonParts
    private let logger: Logger
    private let settings: Mutex<Settings>
    private let queue = DispatchQueue(label: "control")

    init(analysis: AnalysisThread, parts: DaemonParts, settings: Settings, logger: Logger) {
        self.analysis = analysis
        self.parts = parts
        self.logger = logger
        self.settings = Mutex(settings)
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
                let opened = try parts.openSource(spec, settings.withLock { $0.capture.options })
                analysis.replaceSource(opened) { [logger] in
                    logger.notice("the source is now \(spec.description)")
                    answer(nil)
                }
            } catch {
                answer(ResponseError(.sourceNotOpened, "\(error)"))
            }
        }
    }

    /// Takes over what may change while the daemon runs: thresholds, and what later sources are opened with.
    func apply(_ new: Settings) {
        settings.withLock { $0 = new }
        analysis.setThresholds(new.thresholds)
    }
}
