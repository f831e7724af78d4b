import Capture
import Logging

/// A source of hops that has been opened and is running.
///
/// One owner at a time: opened on any thread, then handed over to the analysis thread, and finally to the thread that
/// stops it.
public struct OpenedSource: @unchecked Sendable {
    /// As on the command line.
    public var name: String { hops.traits.name }
    /// Whether audio keeps arriving even if nobody reads it, so that an analysis that falls behind must skip some.
    public let isLive: Bool
    let hops: any HopSource

    public init(isLive: Bool, hops: any HopSource) {
        self.isLive = isLive
        self.hops = hops
    }

    /// Opens `spec` and starts capture.
    public init(_ spec: SourceSpec, options: CaptureOptions, logger: Logger) throws(CaptureError) {
        let stream = try CaptureStream(spec: spec, options: options, logger: logger)
        try stream.start()
        let isLive =
            switch spec {
            case .pulse, .alsa: true
            case .file: options.fileSpeed != nil
            case .stdin, .none: false
            }
        self.init(isLive: isLive, hops: stream)
    }
}
