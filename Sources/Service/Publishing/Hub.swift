import Synchronization
import Wire

/// The bounded queue between the analysis thread, which must never wait, and the event loop that publishes.
///
/// One thread publishes, one drains. The lock is held for an append or a swap of two arrays, never for work.
/// When the drainer is too slow, notes and levels that nobody has seen yet are dropped, and a `resync` with the notes
/// sounding at that moment stands in for them, so no note is left hanging.
public final class Hub: Sendable {
    private struct State {
        var queue: [Publication] = []
        var active = ActiveNotes()
        var epoch: Int
        var sample: Int64 = 0
        var overflows = 0
        var wake: (@Sendable () -> Void)?

        func supersedesPosition(_ publication: Publication) -> Bool {
            if case .position = publication.message, case .position = queue.last?.message { true } else { false }
        }
    }

    /// With so many messages waiting, of positions that follow each other only the newest is kept: what is late is worth nothing.
    static let positionLimit = 256

    private let capacity: Int
    private let state: Mutex<State>
    private let interests = Atomic<UInt>(0)

    /// - Parameters:
    ///   - capacity: messages that may wait; at least 16.
    ///   - epoch: the epoch that the first messages belong to.
    public init(capacity: Int = 4096, epoch: Int = 1) {
        self.capacity = max(capacity, 16)
        state = Mutex(State(epoch: epoch))
    }

    /// Sets what is called, on the publishing thread, whenever the queue stops being empty. It must not block.
    public func onWork(_ wake: @escaping @Sendable () -> Void) {
        let isWaiting = state.withLock { state in
            state.wake = wake
            return !state.queue.isEmpty
        }
        if isWaiting { wake() }
    }

    /// Appends a message. Never waits for the drainer.
    public func publish(_ publication: Publication) {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            let wasEmpty = state.queue.isEmpty
            state.active.apply(publication.message)
            switch publication.message {
            case .noteOn(let note): state.sample = note.sample
            case .noteOff(let note): state.sample = note.sample
            case .discontinuity(let discontinuity): (state.epoch, state.sample) = (discontinuity.epoch, 0)
            default: break
            }
            if state.queue.count >= Self.positionLimit, state.supersedesPosition(publication) {
                state.queue[state.queue.count - 1] = publication
            } else if state.queue.count < capacity {
                state.queue.append(publication)
            } else {
                overflow(&state, publication)
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

    private func overflow(_ state: inout State, _ publication: Publication) {
        state.overflows += 1
        state.queue.append(publication)
        state.queue.removeAll { $0.message.isSupersededByResync }
        // What remains is rare and small; a flood of it would still have to end somewhere.
        if state.queue.count > capacity / 2 { state.queue.removeFirst(state.queue.count - capacity / 2) }
        let resync = Resync(epoch: state.epoch, sample: state.sample, active: state.active.notes)
        state.queue.append(Publication(.resync(resync)))
    }
}

extension ServerMessage {
    fileprivate var isSupersededByResync: Bool {
        switch self {
        case .noteOn, .noteOff, .missed, .resync, .level, .activations, .position: true
        default: false
        }
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
