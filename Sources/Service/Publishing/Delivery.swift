import Wire

/// What may be done with a message while it waits in a bounded queue. The hub's queue of messages and each client's queue of bytes
/// keep the same rule.
///
/// - Below an eighth of its capacity a queue takes everything.
/// - Above that, positions coalesce: a position takes the place of another that is the last in the queue.
/// - Above a half, pictures are dropped.
/// - When an event finds the queue full, whatever waits is dropped (but for answers), and the snapshot of what a client must
///   know takes its place: see ``Snapshot/recovery(_:)``.
public enum Delivery: Sendable, Equatable {
    /// An event or a state. The snapshot makes up for it.
    case event
    /// A level or activations: worth nothing when late.
    case picture
    /// A position: the next one supersedes it.
    case position
    /// An answer to a request, or the last line of a connection: never dropped.
    case answer

    /// What becomes of a message that comes to a queue.
    enum Verdict: Equatable {
        case append
        /// Take the place of the position that is last in the queue; append where there is none.
        case coalesce
        case drop
        /// Replace the queue by the snapshot.
        case overflow
    }

    /// - Parameters:
    ///   - size: of the message, in the unit of `waiting` and `capacity`.
    ///   - waiting: how much is in the queue.
    func verdict(size: Int, waiting: Int, capacity: Int) -> Verdict {
        let sum = waiting + size
        switch self {
        case .answer: return .append
        case .event: return sum <= capacity ? .append : .overflow
        case .picture: return sum <= capacity / 2 ? .append : .drop
        case .position: return sum <= capacity / 8 ? .append : .coalesce
        }
    }
}

extension ServerMessage {
    /// What may be done with the message while it waits.
    var delivery: Delivery {
        switch self {
        case .level, .activations: .picture
        case .position: .position
        default: .event
        }
    }
}
