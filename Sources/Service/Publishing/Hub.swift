import Synchronization
import Wire

/// The bounded queue between the analysis thread, which must never wait, and the event loop that publishes.
///
/// One thread publishes, one drains. The lock is held for an append or a swap of two arrays, never for work. When the drainer is
/// too slow, the queue keeps the rule of ``Delivery``: nobody ever waits, and nobody is left believing in what is no longer so.
public final class Hub: Sendable {
    private struct State {
        var queue: [Publication] = []
        /// Nil where nobody has said how things began.
        var snapshot: Snapshot?
        var overflows = 0
        var wake: (@Sendable () -> Void)?
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let interests = Atomic<UInt>(0)

    /// - Parameter capacity: messages that may wait; at least 16.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 16)
    }

    /// The state before the first message.
    func begin(with snapshot: Snapshot) { state.withLock { $0.snapshot = snapshot } }

    /// Sets what is called, on the publishing thread, whenever the queue stops being empty. It must not block.
    public func onWork(_ wake: @escaping @Sendable () -> Void) {
        let isWaiting = state.withLock { state in
            state.wake = wake
            return !state.queue.isEmpty
        }
        if isWaiting { wake() }
    }

    /// Takes a message. Never waits for the drainer.
    public func publish(_ publication: Publication) {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            let wasEmpty = state.queue.isEmpty
            state.snapshot?.apply(publication.message)
            switch publication.message.delivery.verdict(size: 1, waiting: state.queue.count, capacity: capacity) {
            case .append: state.queue.append(publication)
            case .coalesce:
                if case .position? = state.queue.last?.message { state.queue.removeLast() }
                // Other messages in between keep positions apart, but not without end.
                if state.queue.count < capacity { state.queue.append(publication) }
            case .drop: break
            case .overflow:
                state.overflows += 1
                state.queue.removeAll(keepingCapacity: true)
                // Without a snapshot nobody could say what was dropped.
                let recovery = state.snapshot?.recovery() ?? [publication.message]
                for message in recovery { state.queue.append(Publication(message)) }
            }
            return wasEmpty ? state.wake : nil
        }
        wake?()
    }

    /// Moves everything that waits into `batch`, whose storage the queue takes over.
    public func drain(into batch: inout [Publication]) {
        batch.removeAll(keepingCapacity: true)
        state.withLock { swap(&$0.queue, &batch) }
    }

    /// Times the queue was full.
    public var overflows: Int { state.withLock { $0.overflows } }

    /// Whether somebody wants messages of `topic`; asked before the costly ones are made.
    public func isWanted(_ topic: Topic) -> Bool {
        interests.load(ordering: .relaxed) & topic.bit != 0
    }

    /// Says which topics somebody wants.
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
