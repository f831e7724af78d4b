import Following

/// The evaluation of a follower on one pair.
public struct PlayedEvaluation: Sendable, Equatable, Codable {
    public var pair: String
    /// Nil if the reference plays something twice.
    public var arrival: ErrorFigures?
    public var position: ErrorFigures
    public var recoveries: [Recovery]
    public var confidence: ConfidenceEvaluation
    /// Shares of the rows by state, 0...1.
    public var states: [String: Double]
    /// Number of jumps that the follower reported; nil if only its table is known.
    public var jumps: Int?
    /// Duration of the recording in seconds.
    public var duration: Double
    /// Processor time of following in seconds, without loading; nil if it was not measured.
    public var processorSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case pair, arrival, position, recoveries, confidence, states, jumps
        case duration = "duration_s"
        case processorSeconds = "processor_s"
    }

    /// - Parameter pair: the name of the pair.
    public init(pair: String, trace: FollowingTrace, reference: FollowingReference) {
        let errors = FollowingErrors(of: trace, against: reference)
        self.pair = pair
        arrival = errors.arrival.map(ErrorFigures.init)
        position = ErrorFigures(errors.position)
        recoveries = Recovery.all(errors.position, reference)
        confidence = ConfidenceEvaluation(of: trace, against: reference)
        states = Self.shares(of: trace)
        duration = trace.rows[trace.rows.count - 1].published
    }

    /// Shares of the rows by state, 0...1.
    static func shares(of trace: FollowingTrace) -> [String: Double] {
        Dictionary(
            FollowingState.allCases.map { state in
                (state.rawValue, Double(trace.rows.count { $0.state == state }) / Double(trace.rows.count))
            }, uniquingKeysWith: { $1 })
    }
}

/// The means over all pairs.
public struct FollowingMeans: Sendable, Equatable, Codable {
    public var pairs: Int
    public var arrival: ErrorFigures?
    public var position: ErrorFigures?
    public var confidence: ConfidenceEvaluation
    public var calibrationError: Double?
    /// Mean over the discontinuities after which the follower recovered, in seconds; nil if there are none.
    public var recovery: Double?
    public var recovered: Int
    public var discontinuities: Int

    enum CodingKeys: String, CodingKey {
        case pairs, arrival, position, confidence, recovered, discontinuities
        case calibrationError = "calibration_error"
        case recovery = "recovery_s"
    }

    public init(_ evaluations: [PlayedEvaluation]) {
        pairs = evaluations.count
        arrival = ErrorFigures(meanOf: evaluations.compactMap(\.arrival))
        position = ErrorFigures(meanOf: evaluations.map(\.position))
        confidence = ConfidenceEvaluation(pooling: evaluations.map(\.confidence))
        calibrationError = confidence.calibrationError
        let recoveries = evaluations.flatMap(\.recoveries)
        let times = recoveries.compactMap(\.seconds)
        recovered = times.count
        discontinuities = recoveries.count
        recovery = times.isEmpty ? nil : times.reduce(0, +) / Double(times.count)
    }
}
