import Capture
import Foundation
import Logging
import Networks

/// The parts of the daemon that depend on the outside world. Tests replace them.
public struct DaemonParts: Sendable {
    /// Opens a source and starts capture.
    public var openSource: @Sendable (SourceSpec, CaptureOptions) throws(CaptureError) -> OpenedSource
    /// Loads the model file at a path.
    public var loadModel: @Sendable (String, ThresholdSettings) throws -> LoadedModel
    /// Reads and prepares a score.
    public var loadScore: @Sendable (ScoreRequest) throws(DaemonError) -> LoadedScore
    /// Returns the path of the model to use if none is configured.
    public var findModel: @Sendable () throws(ModelError) -> String
    public var environment: [String: String]
    /// Reports the daemon's state to the service manager.
    public var notifier: ServiceNotifier

    public init(
        openSource: @escaping @Sendable (SourceSpec, CaptureOptions) throws(CaptureError) -> OpenedSource,
        loadModel: @escaping @Sendable (String, ThresholdSettings) throws -> LoadedModel,
        findModel: @escaping @Sendable () throws(ModelError) -> String,
        loadScore: @escaping @Sendable (ScoreRequest) throws(DaemonError) -> LoadedScore = {
            (request) throws(DaemonError) in try LoadedScore(request)
        },
        environment: [String: String], notifier: ServiceNotifier
    ) {
        self.openSource = openSource
        self.loadModel = loadModel
        self.findModel = findModel
        self.loadScore = loadScore
        self.environment = environment
        self.notifier = notifier
    }

    /// The real parts.
    public static func live(
        logger: Logger, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> DaemonParts {
        DaemonParts(
            openSource: { (spec, options) throws(CaptureError) in
                try OpenedSource(spec, options: options, logger: logger)
            },
            loadModel: { try LoadedModel(path: $0, thresholds: $1) },
            findModel: { () throws(ModelError) in try ModelLookup.find() },
            environment: environment,
            notifier: ServiceNotifier.fromEnvironment(environment) ?? .silent)
    }
}
