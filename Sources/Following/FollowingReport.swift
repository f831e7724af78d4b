/// A follower's estimate after a hop of 512 samples: where in the score the players are at the last sample of the hop.
public struct FollowingReport: Sendable, Equatable {
    /// Samples at 44.1 kHz since the follower was created, including lost ones.
    public var sample: Int64
    public var state: FollowingState
    /// The probability that the position is right within half a second, 0...1. 0 while waiting.
    public var confidence: Double
    /// Quarter notes along the order of play, at most the length of the score; while waiting, 0.001 before the next
    /// event.
    public var beat: Double
    /// The same position in seconds of the score at its written tempo.
    public var scoreSeconds: Double
    /// Quarter notes per minute, smoothed. The written tempo until the players' tempo is known.
    public var tempo: Double
    /// The last event that has begun, as an index into ``FollowingScore/events``; -1 before the first.
    public var event: Int
    /// Set only in the report of the hop in which the follower decides that the players have jumped.
    public var jump: FollowingJump?

    public init(
        sample: Int64, state: FollowingState, confidence: Double, beat: Double, scoreSeconds: Double, tempo: Double,
        event: Int, jump: FollowingJump? = nil
    ) {
        self.sample = sample
        self.state = state
        self.confidence = confidence
        self.beat = beat
        self.scoreSeconds = scoreSeconds
        self.tempo = tempo
        self.event = event
        self.jump = jump
    }
}

/// A step that the order of play doesn't contain.
public struct FollowingJump: Sendable, Equatable {
    /// Quarter notes along the order of play.
    public var fromBeat: Double
    public var toBeat: Double

    public init(fromBeat: Double, toBeat: Double) {
        self.fromBeat = fromBeat
        self.toBeat = toBeat
    }
}

/// The state of a follower.
public enum FollowingState: String, Sendable, CaseIterable, Codable {
    /// The players have not begun.
    case waiting
    /// The position is known and advances.
    case following
    /// The position is known. The players pause, or a client requested a pause.
    case holding
    /// What is played doesn't match the score at the estimated position. The report has the last reliable estimate.
    case lost
    /// The score has been played to its end.
    case ended
}
