import Wire

/// The figures of one moment that ``MetricsPage`` shows.
struct MetricsReading: Sendable {
    var status: Status
    /// Since the start.
    var delay: LatencyHistogram
    var delayFromSound: LatencyHistogram
    /// Processor time of the analysis thread.
    var analysisSeconds: Double
    /// Bytes queued for the client that is furthest behind.
    var largestQueue: Int
}
