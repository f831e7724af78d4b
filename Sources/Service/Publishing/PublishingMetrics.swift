import Wire

/// What the publishing side counts and times. Owned by the event loop.
struct PublishingMetrics: Sendable {
    /// From the arrival of the last sample a note needed to its line's being handed to every client's socket.
    var publishing = LatencyRecord()
    /// From the sound in the air to its line, less the model's lookahead.
    var beyondLookahead = LatencyRecord()
    var connections: Int64 = 0
    var droppedClients: Int64 = 0
    var resyncs: Int64 = 0
    var refusedLines: Int64 = 0
    var load = ProcessorLoad()
    /// Of the analysis thread alone.
    var analysisLoad = ProcessorLoad()
}

extension Status.Delay {
    init(_ histogram: LatencyHistogram) {
        func milliseconds(_ quantile: Double) -> Double { (histogram.quantile(quantile) ?? 0) * 1000 }
        self.init(
            count: histogram.count, median: milliseconds(0.5), p90: milliseconds(0.9), p99: milliseconds(0.99),
            maximum: histogram.maximum * 1000)
    }
}
