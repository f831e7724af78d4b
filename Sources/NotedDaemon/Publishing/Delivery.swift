import Wire

/// How a message may be treated while it waits in a bounded queue. The hub's queue of messages and each client's queue
/// of bytes follow the same rules:
///
/// - Below one-eighth of its capacity, a queue takes everything.
/// - Above one-eighth, positions are coalesced: a position replaces another one at the end of the queue.
/// - Above one-half, pictures are dropped.
/// - When the oldest line has waited for longer than ``staleAge``, both apply as well, so that a client that reads
///   slowly gets what it can read in time.
/// - When an event finds the queue full, everything queued except responses is dropped, and the snapshot of what a
///   client must know takes its place: see ``Snapshot/recovery(_:)``.
public enum Delivery: Sendable, Equatable {
    /// An event or a state. The snapshot makes up for its loss.
    case event
    /// A level or activations: worthless when late.
    case picture
    /// A position: the next one supersedes it.
    case position
    /// A response to a request, or the last line of a connection: never dropped.
    case answer

    /// How a queue treats a new message.
    enum Verdict: Equatable {
        case append
        /// Replace the position at the end of the queue; append if there is none.
        case coalesce
        case drop
        /// Replace the queue with the snapshot.
        case overflow
    }

    /// Seconds that a line may wait before positions are coalesced and pictures are dropped.
    static let staleAge = 0.5

    /// - Parameters:
    ///   - size: the size of the message, in the unit of `waiting` and `capacity`.
    ///   - waiting: how much is queued.
    ///   - age: seconds since the oldest message was queued.
    func verdict(size: Int, waiting: Int, capacity: Int, age: Double = 0) -> Verdict {
        let sum = waiting + size
        let isStale = age > Self.staleAge
        switch self {
        case .answer: return .append
        case .event: return sum <= capacity ? .append : .overflow
        case .picture: return sum <= capacity / 2 && !isStale ? .append : .drop
        case .position: return sum <= capacity / 8 && !isStale ? .append : .coalesce
        }
    }
}

extension ServerMessage {
    /// How the message may be treated while it waits.
    var delivery: Delivery {
        switch self {
        case .level, .activations: .picture
        case .position: .position
        default: .event
        }
    }
}
