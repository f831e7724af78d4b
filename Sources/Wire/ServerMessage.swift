/// Any notification that the daemon sends.
public enum ServerMessage: Hashable, Sendable {
    case hello(Hello)
    case noteOn(NoteOn)
    case noteOff(NoteOff)
    case missed(Missed)
    case resync(Resync)
    case score(ScoreState)
    case position(Position)
    case followState(FollowState)
    case jump(Jump)
    case sourceState(SourceState)
    case discontinuity(Discontinuity)
    case tuning(TuningState)
    case level(Level)
    case activations(Activations)
    case overload(Overload)
    case bye(Bye)

    /// The wire names of the notifications.
    public enum Method: String, CaseIterable, Sendable {
        case hello
        case noteOn = "note_on"
        case noteOff = "note_off"
        case missed, resync, score, position
        case followState = "follow_state"
        case jump
        case sourceState = "source_state"
        case discontinuity, tuning, level, activations, overload, bye

        /// The topic that delivers this notification; nil if every client receives it.
        public var topic: Topic? {
            switch self {
            case .noteOn, .noteOff, .missed: .notes
            case .position, .jump: .position
            case .score, .followState, .sourceState, .tuning, .overload: .state
            case .level: .level
            case .activations: .activations
            case .hello, .resync, .discontinuity, .bye: nil
            }
        }
    }

    /// The notification itself.
    public var notification: any ServerNotification {
        switch self {
        case .hello(let value): value
        case .noteOn(let value): value
        case .noteOff(let value): value
        case .missed(let value): value
        case .resync(let value): value
        case .score(let value): value
        case .position(let value): value
        case .followState(let value): value
        case .jump(let value): value
        case .sourceState(let value): value
        case .discontinuity(let value): value
        case .tuning(let value): value
        case .level(let value): value
        case .activations(let value): value
        case .overload(let value): value
        case .bye(let value): value
        }
    }

    public var method: Method { type(of: notification).method }

    public var topic: Topic? { method.topic }

    /// The message as one line, including the newline.
    public func encoded() -> [UInt8] { notification.encoded() }
}
