import Synchronization
import Wire

/// The bounded queue between the analysis thread, which must never wait, and the event loop that publishes.
///
/// One thread publishes and one drains. The lock is held only to append a message, to swap two arrays, or to replace a
/// full queue with the snapshot. When draining is too slow, the queue follows the rules of ``Delivery``: the publisher
/// never waits, and clients never keep an outdated state.
public final class Hub: Sendable {
    private struct State {
        var queue: [Publication] = []
        /// Nil until ``begin(with:)`` is called.
        var snapshot: Snapshot?
        var overflows = 0
        var wake: (@Sendable () -> Void)?
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let interests = Atomic<UInt>(0)

    /// - Parameter capacity: the number of messages that may be queued; at least 16.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 16)
    }

    /// Sets the state before the first message.
    func begin(with snapshot: Snapshot) { state.withLock { $0.snapshot = snapshot } }

    /// Sets the closure that is called on the publishing thread whenever the queue becomes non-empty. It must not
    /// block.
    public func onWork(_ wake: @escaping @Sendable () -> Void) {
        let isWaiting = state.withLock { state in
            state.wake = wake
            return !state.queue.isEmpty
        }
        if isWaiting { wake() }
    }

    /// Queues a message. Never waits for the drainer.
    public func publish(_ publication: Publication) {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            let wasEmpty = state.queue.isEmpty
            state.snapshot?.apply(publication.message)
            switch publication.message.delivery.verdict(size: 1, waiting: state.queue.count, capacity: capacity) {
            case .append: state.queue.append(publication)
            case .coalesce:
                if case .position? = state.queue.last?.message { state.queue.removeLast() }
                // Interleaved messages of other kinds prevent coalescing, so positions need a limit too.
                if state.queue.count < capacity { state.queue.append(publication) }
            case .drop: break
            case .overflow:
                state.overflows += 1
                state.queue.removeAll(keepingCapacity: true)
                // Without a snapshot, only the message itself can be kept.
                let recovery = state.snapshot?.recovery() ?? [publication.message]
                for message in recovery { state.queue.append(Publication(message)) }
            }
            return wasEmpty ? state.wake : nil
        }
        wake?()
    }

    /// Moves everything queued into `batch`, whose storage the queue reuses.
    public func drain(into batch: inout [Publication]) {
        batch.removeAll(keepingCapacity: true)
        state.withLock { swap(&$0.queue, &batch) }
    }

    /// Number of times the queue was full.
    public var overflows: Int { state.withLock { $0.overflows } }

    /// Whether a client is subscribed to `topic`. Checked before costly messages are built.
    public func isWanted(_ topic: Topic) -> Bool {
        interests.load(ordering: .relaxed) & topic.bit != 0
    }

    /// Sets the topics that clients are subscribed to.
    public func setWanted(_ topics: Set<Topic>) {
        interests.store(topics.reduce(0) { $0 | $1.bit }, ordering: .relaxed)
    }
}

extension Topic {
    fileprivate var bit: UInt {
        switch self {
        case .notes: 1
        case .position: 2
        case .state: 4
        case .level: 8
        case .activations: 16
        }
    }
}

/// A message to clients, on its way from the analysis thread to the sockets.
public struct Publication: Sendable {
    public var message: ServerMessage
    /// CLOCK_MONOTONIC nanoseconds at which the last sample that the message needed reached this process; nil for
    /// messages that don't depend on a sample.
    public var arrival: UInt64?
    /// CLOCK_MONOTONIC seconds at which the note was in the air; nil if unknown.
    public var air: Double?

    public init(_ message: ServerMessage, arrival: UInt64? = nil, air: Double? = nil) {
        self.message = message
        self.arrival = arrival
        self.air = air
    }
}
