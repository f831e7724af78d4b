/// The figures of a follower on a recording in which nothing of its score is played: it should never be confident, and say `lost`.
public struct UnplayedEvaluation: Sendable, Equatable, Codable {
    public var pair: String
    /// Seconds in which the state was `following` and the confidence 0.5 or more, see ``ConfidenceEvaluation/threshold``.
    public var falseSeconds: Double
    /// Seconds from the end of `waiting` until it first said `lost`; nil if it never did.
    public var lostAfter: Double?
    /// Whether it ever believed that the players had begun.
    public var hasBegun: Bool
    /// Shares of the rows by state, 0...1.
    public var states: [String: Double]
    /// How often it said that the players had gone elsewhere; nil where only its table is known.
    public var jumps: Int?
    /// Seconds of the recording.
    public var duration: Double
    /// Processor seconds of following, without loading; nil where it wasn't measured.
    public var processorSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case pair, states, jumps
        case falseSeconds = "false_s"
        case lostAfter = "lost_after_s"
        case hasBegun = "has_begun"
        case duration = "duration_s"
        case processorSeconds = "processor_s"
    }

    /// The share of the recording that is false, 0...1.
    public var falseShare: Double { duration > 0 ? falseSeconds / duration : 0 }

    /// A row stands for the time since the one before; the first for all until it.
    ///
    /// - Parameter pair: its name.
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
