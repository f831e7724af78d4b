import Capture
import Logging

/// A source of hops, opened and running, with the name people gave it.
///
/// One owner at a time: opened on any thread, then handed to the analysis thread, and from there to whoever stops it.
public struct OpenedSource: @unchecked Sendable {
    /// As on the command line.
    public var name: String { hops.traits.name }
    /// The sound goes on whether or not it is heard, so whoever falls behind must skip some.
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
