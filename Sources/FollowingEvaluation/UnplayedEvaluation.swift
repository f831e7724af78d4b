/// The evaluation of a follower on a recording that contains nothing of its score. Ideally it is never confident, and
/// reports `lost`.
public struct UnplayedEvaluation: Sendable, Equatable, Codable {
    public var pair: String
    /// Seconds in which the state is `following` and the confidence at least ``ConfidenceEvaluation/threshold``.
    public var falseSeconds: Double
    /// Seconds from the end of `waiting` to the first `lost`; nil if it is never lost.
    public var lostAfter: Double?
    /// Whether it ever leaves `waiting`.
    public var hasBegun: Bool
    /// Shares of the rows by state, 0...1.
    public var states: [String: Double]
    /// Number of jumps that it reported; nil if only its table is known.
    public var jumps: Int?
    /// Duration of the recording in seconds.
    public var duration: Double
    /// Processor time of following in seconds, without loading; nil if it was not measured.
    public var processorSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case pair, states, jumps
        case falseSeconds = "false_s"
        case lostAfter = "lost_after_s"
        case hasBegun = "has_begun"
        case duration = "duration_s"
        case processorSeconds = "processor_s"
    }

    /// The seconds of false confidence as a share of the recording, 0...1.
    public var falseShare: Double { duration > 0 ? falseSeconds / duration : 0 }

    /// A row represents the time since the previous row, and the first row all time before it.
    ///
    /// - Parameter pair: the name of the pair.
    public init(pair: String, trace: FollowingTrace) {
        self.pair = pair
        var falseSeconds = 0.0
        var before = 0.0
        for row in trace.rows {
            if row.state == .following, row.confidence >= ConfidenceEvaluation.threshold {
                falseSeconds += row.published - before
            }
            before = row.published
        }
        self.falseSeconds = falseSeconds
        let begin = trace.rows.first { $0.state != .waiting }
        hasBegun = begin != nil
        let lost = trace.rows.first { $0.state == .lost }
        lostAfter = begin.flatMap { begin in lost.map { $0.published - begin.published } }
        states = PlayedEvaluation.shares(of: trace)
        duration = before
    }
}
