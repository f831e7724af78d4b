import Capture
import Logging

/// What a start with a valid configuration would find: the files that were read, and whether the model, the score and
/// the audio file can be used. It opens no device and no socket.
public struct ConfigurationCheck {
    /// A part that was tried.
    public struct Finding {
        /// Such as "model /usr/share/noted/models/default.safetensors".
        public var name: String
        /// Why a start would fail; nil if it would not.
        public var error: (any Error)?
    }

    /// The configuration files that were read, in order.
    public let files: [String]
    public private(set) var findings: [Finding] = []

    /// The first error, with which the daemon would end.
    public var firstError: (any Error)? { findings.lazy.compactMap(\.error).first }

    init(_ settings: Settings, files: [String], parts: DaemonParts) {
        self.files = files
        check("model " + (settings.model ?? "")) {
            let path = try settings.model ?? parts.findModel()
            _ = try parts.loadModel(path, settings.thresholds)
            return "model " + path
        }
        if let score = settings.score {
            check("score " + score) {
                _ = try parts.loadScore(ScoreRequest(path: score, settings.follow))
                return nil
            }
        }
        if let source = settings.source, case .file = source {
            check("source " + source.description) {
                _ = try CaptureStream(spec: source, options: settings.captureOptions, logger: .silent)
                return nil
            }
        }
    }

    /// - Parameter attempt: throws if a start would fail; may return a better name.
    private mutating func check(_ name: String, _ attempt: () throws -> String?) {
        do {
            findings.append(Finding(name: try attempt() ?? name, error: nil))
        } catch {
            findings.append(Finding(name: name.trimmingSpaces, error: error))
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String { hasSuffix(" ") ? String(dropLast()) : self }
}
