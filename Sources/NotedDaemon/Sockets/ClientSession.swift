import NIOCore
import Wire

/// The outgoing half of one client's connection, without its socket: what is queued, what is dropped, and when the
/// client is disconnected.
///
/// Lines wait in a bounded queue that follows the rules of ``Delivery``, and one write is in progress at a time. A
/// client whose queue overflows is *behind*: only responses are queued from then on, and when the write in progress
/// completes, the client is sent the snapshot of that moment. A client that stays behind must be disconnected.
///
/// A pure value; the caller supplies the clock and the socket.
public struct ClientSession: Sendable {
    /// Limits per client.
    public struct Limits: Sendable, Equatable {
        /// Bytes that may be queued, including the write in progress.
        public var queue = 256 << 10
        /// Bytes per write. What a write contains can no longer be dropped.
        public var write = 16 << 10
        /// Seconds that a client may stay behind.
        public var patience = 10.0

        public init() {}
    }

    public let limits: Limits
    /// The client's subscriptions.
    public var topics = Topic.initial
    /// Bytes queued, including the write in progress.
    public private(set) var pendingBytes = 0
    /// When the client fell behind; nil while it keeps up.
    public private(set) var behindSince: Double?
    /// Number of snapshots sent because the client fell behind.
    public private(set) var resyncs = 0
    /// Whether the connection is closing: no more lines are queued, and it ends when the queue has been written.
    public private(set) var isClosing = false

    private struct Entry {
        var line: ByteBuffer
        var delivery: Delivery
        /// When the line was queued.
        var time: Double
    }

    private var queue = CircularBuffer<Entry>()
    /// A position that the next one may supersede. It follows everything in the queue.
    private var newestPosition: (line: ByteBuffer, time: Double)?
    private var bytesInFlight = 0
    /// When the oldest line of the write in progress was queued.
    private var inFlightTime = 0.0
    /// When the last line was offered.
    private var lastTime = 0.0
    /// Minimum seconds between two positions; 0 to send all of them.
    private var positionInterval = 0.0
    private var nextPosition = -Double.infinity

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Queues a line, or drops it according to its delivery. `now` is in seconds on a monotonic clock.
    public mutating func offer(_ line: ByteBuffer, _ delivery: Delivery, now: Double) {
        guard !isClosing, behindSince == nil || delivery == .answer else { return }
        lastTime = now
        if delivery == .position {
            guard isPositionDue(now: now) else { return }
        }
        let size = line.readableBytes
        let age = now - (oldestTime ?? now)
        switch delivery.verdict(size: size, waiting: pendingBytes, capacity: limits.queue, age: age) {
        case .append:
            enqueuePosition()
            append(line, delivery, now: now)
        case .coalesce:
            let superseded = newestPosition?.line.readableBytes ?? 0
            guard hasRoom(for: size - superseded) else { return }
            pendingBytes += size - superseded
            newestPosition = (line, now)
        case .drop: break
        case .overflow: fallBehind(now: now)
        }
    }

    /// Limits positions to `rate` per second from now on; 0 removes the limit.
    public mutating func setPositionRate(_ rate: Double) {
        positionInterval = rate > 0 ? 1 / rate : 0
        nextPosition = -.infinity
    }

    private mutating func isPositionDue(now: Double) -> Bool {
        guard positionInterval > 0 else { return true }
        // Half a hop of tolerance selects the nearest hop.
        guard now >= nextPosition - 0.006 else { return false }
        nextPosition = (now - nextPosition < positionInterval ? nextPosition : now) + positionInterval
        return true
    }

    /// When the oldest line that waits was queued; nil if none waits.
    private var oldestTime: Double? { bytesInFlight > 0 ? inFlightTime : queue.first?.time }

    private mutating func append(_ line: ByteBuffer, _ delivery: Delivery, now: Double) {
        queue.append(Entry(line: line, delivery: delivery, time: now))
        pendingBytes += line.readableBytes
    }

    /// Moves the newest position to the queue, ahead of a line that follows it.
    private mutating func enqueuePosition() {
        guard let (line, time) = newestPosition else { return }
        newestPosition = nil
        queue.append(Entry(line: line, delivery: .position, time: time))
    }

    /// Whether an event of `size` bytes fits. If not, writing first may make room.
    public func hasRoom(for size: Int) -> Bool { pendingBytes + size <= limits.queue }

    /// Whether to read requests: not while unread responses fill half of the queue.
    public var wantsRequests: Bool { !isClosing && pendingBytes <= limits.queue / 2 }

    /// The bytes to write now; nil if a write is in progress or nothing is queued.
    ///
    /// - Parameter recovery: makes the lines of the current snapshot.
    public mutating func nextWrite(recovery: () -> ByteBuffer) -> ByteBuffer? {
        guard bytesInFlight == 0 else { return nil }
        if behindSince != nil, !isClosing {
            behindSince = nil
            resyncs += 1
            let lines = recovery()
            let time = queue.first?.time ?? lastTime
            queue.prepend(Entry(line: lines, delivery: .answer, time: time))
            pendingBytes += lines.readableBytes
        }
        if queue.isEmpty || pendingBytes <= limits.write { enqueuePosition() }
        guard let first = queue.popFirst() else { return nil }
        var bytes = first.line
        while let next = queue.first, bytes.readableBytes + next.line.readableBytes <= limits.write {
            bytes.writeImmutableBuffer(next.line)
            queue.removeFirst()
        }
        bytesInFlight = bytes.readableBytes
        inFlightTime = first.time
        return bytes
    }

    /// The write in progress has completed.
    public mutating func written() {
        pendingBytes -= bytesInFlight
        bytesInFlight = 0
    }

    /// Whether nothing is queued and no write is in progress.
    public var isIdle: Bool { bytesInFlight == 0 && queue.isEmpty && newestPosition == nil }

    /// Whether the client has been behind for too long.
    public func isTooSlow(now: Double) -> Bool {
        guard let behindSince, !isClosing else { return false }
        return now - behindSince > limits.patience
    }

    /// Queues `line` as the last one. With `dropping`, everything queued before it is dropped.
    public mutating func close(with line: ByteBuffer, dropping: Bool) {
        guard !isClosing else { return }
        if dropping { removeQueued { _ in true } } else { enqueuePosition() }
        append(line, .answer, now: lastTime)
        isClosing = true
    }

    private mutating func fallBehind(now: Double) {
        removeQueued { $0 != .answer }
        behindSince = now
    }

    private mutating func removeQueued(where isDropped: (Delivery) -> Bool) {
        enqueuePosition()
        var kept = CircularBuffer<Entry>()
        for entry in queue {
            if isDropped(entry.delivery) { pendingBytes -= entry.line.readableBytes } else { kept.append(entry) }
        }
        queue = kept
    }
}
