/// What a follower says after a hop of 512 samples: where in the score the players are, at the moment of the hop's last sample.
public struct FollowingReport: Sendable, Equatable {
    /// Samples at 44.1 kHz that had been heard when this was said, those before the score was loaded not counted.
    public var sample: Int64
    public var state: FollowingState
    /// The probability that the position is right within half a second, 0...1. 0 while waiting.
    public var confidence: Double
    /// Quarter notes along the order of play, up to the score's length; while waiting, 0.001 before the awaited event.
    public var beat: Double
    /// Where the score would be if it were played at its written tempo, in seconds.
    public var scoreSeconds: Double
    /// Quarter notes a minute, smoothed; the written tempo until the players' is known.
    public var tempo: Double
    /// The last event that has begun: an index in ``FollowingScore/events``; -1 before the first.
    public var event: Int
    /// Set once, in the report of the hop in which the follower decided that the players had gone elsewhere.
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

/// A step that the order of play doesn't have.
public struct FollowingJump: Sendable, Equatable {
    /// Quarter notes along the order of play.
    public var fromBeat: Double
    public var toBeat: Double

    public init(fromBeat: Double, toBeat: Double) {
        self.fromBeat = fromBeat
        self.toBeat = toBeat
    }
}

/// How a follower stands to the players.
public enum FollowingState: String, Sendable, CaseIterable, Codable {
    /// Nothing was played yet.
    case waiting
    /// The position is known and moves.
    case following
    /// The position is known; the players pause, or the client has asked to pause.
    case holding
    /// What is played doesn't fit where the score was believed to be; the position is the last one believed.
    case lost
    /// The score has been played to its end.
    case ended
}
