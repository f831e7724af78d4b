import NIOCore
import Wire

/// The outgoing half of one client's connection, without its socket: what waits, what is dropped, when the client is given up.
///
/// Lines wait in a queue of bounded size that keeps the rule of ``Delivery``, and one write at a time is under way. A client whose
/// queue overflows is *behind*: no more lines are taken but answers to its requests, and when the write under way has gone
/// through, the client is sent the snapshot of that moment. A client that stays behind is to be disconnected.
///
/// A pure value; the caller supplies clock and socket.
public struct ClientSession: Sendable {
    /// What a client may use.
    public struct Limits: Sendable, Equatable {
        /// Bytes that may wait, the write under way included.
        public var queue = 256 << 10
        /// Bytes that go into one write.
        public var write = 64 << 10
        /// Seconds that a client may be behind.
        public var patience = 10.0

        public init() {}
    }

    public let limits: Limits
    /// What the client is subscribed to.
    public var topics = Topic.initial
    /// Bytes waiting, the write under way included.
    public private(set) var pendingBytes = 0
    /// When the client fell behind; nil while it keeps up.
    public private(set) var behindSince: Double?
    /// Times the client had to be sent the snapshot.
    public private(set) var resyncs = 0
    /// No more lines are taken; the connection ends when what waits has been written.
    public private(set) var isClosing = false

    private var queue = CircularBuffer<(line: ByteBuffer, delivery: Delivery)>()
    /// A position that the next one may still supersede; it comes after all that is in the queue.
    private var newestPosition: ByteBuffer?
    private var bytesUnderWay = 0
    /// Seconds between two positions; 0 for all there are.
    private var positionInterval = 0.0
    private var nextPosition = -Double.infinity

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes a line to be sent. `now` is in seconds on a clock that never goes back.
    public mutating func offer(_ line: ByteBuffer, _ delivery: Delivery, now: Double) {
        guard !isClosing, behindSince == nil || delivery == .answer else { return }
        if delivery == .position {
            guard isPositionDue(now: now) else { return }
        }
        let size = line.readableBytes
        switch delivery.verdict(size: size, waiting: pendingBytes, capacity: limits.queue) {
        case .append:
            settlePosition()
            append(line, delivery)
        case .coalesce:
            let superseded = newestPosition?.readableBytes ?? 0
            guard hasRoom(for: size - superseded) else { return }
            pendingBytes += size - superseded
            newestPosition = line
        case .drop: break
        case .overflow: fallBehind(now: now)
        }
    }

    /// Lets at most `rate` positions a second through from now on; 0 lets all through.
    public mutating func setPositionRate(_ rate: Double) {
        positionInterval = rate > 0 ? 1 / rate : 0
        nextPosition = -.infinity
    }

    private mutating func isPositionDue(now: Double) -> Bool {
        guard positionInterval > 0 else { return true }
        // Half a hop early is the nearest hop.
        guard now >= nextPosition - 0.006 else { return false }
        nextPosition = (now - nextPosition < positionInterval ? nextPosition : now) + positionInterval
        return true
    }

    private mutating func append(_ line: ByteBuffer, _ delivery: Delivery) {
        queue.append((line, delivery))
        pendingBytes += line.readableBytes
    }

    /// Puts the newest position into the queue, before a line that comes after it.
    private mutating func settlePosition() {
        guard let line = newestPosition else { return }
        newestPosition = nil
        queue.append((line, .position))
    }

    /// Whether an event of `size` bytes fits; when not, writing first may make room.
    public func hasRoom(for size: Int) -> Bool { pendingBytes + size <= limits.queue }

    /// Whether requests are to be read: not while many answers wait to be taken.
    public var wantsRequests: Bool { !isClosing && pendingBytes <= limits.queue / 2 }

    /// The bytes to write now; nil when a write is under way or nothing waits.
    ///
    /// - Parameter recovery: makes the lines of the snapshot, as of this moment.
    public mutating func nextWrite(recovery: () -> ByteBuffer) -> ByteBuffer? {
        guard bytesUnderWay == 0 else { return nil }
        if behindSince != nil, !isClosing {
            behindSince = nil
            resyncs += 1
            let lines = recovery()
            queue.prepend((lines, .answer))
            pendingBytes += lines.readableBytes
        }
        if queue.isEmpty || pendingBytes <= limits.write { settlePosition() }
        guard var bytes = queue.popFirst()?.line else { return nil }
        while let next = queue.first, bytes.readableBytes + next.line.readableBytes <= limits.write {
            bytes.writeImmutableBuffer(next.line)
            queue.removeFirst()
        }
        bytesUnderWay = bytes.readableBytes
        return bytes
    }

    /// The write under way has gone through.
    public mutating func written() {
        pendingBytes -= bytesUnderWay
        bytesUnderWay = 0
    }

    /// Whether nothing waits and nothing is under way.
    public var isIdle: Bool { bytesUnderWay == 0 && queue.isEmpty && newestPosition == nil }

    /// Whether the client has been behind for too long.
    public func isTooSlow(now: Double) -> Bool {
        guard let behindSince, !isClosing else { return false }
        return now - behindSince > limits.patience
    }

    /// Sends `line` as the last one. With `dropping`, what waits before it is dropped.
    public mutating func close(with line: ByteBuffer, dropping: Bool) {
        guard !isClosing else { return }
        if dropping { removeQueued { _ in true } } else { settlePosition() }
        append(line, .answer)
        isClosing = true
    }

    private mutating func fallBehind(now: Double) {
        removeQueued { $0 != .answer }
        behindSince = now
    }

    private mutating func removeQueued(where isDropped: (Delivery) -> Bool) {
        settlePosition()
        var kept = CircularBuffer<(line: ByteBuffer, delivery: Delivery)>()
        for entry in queue {
            if isDropped(entry.delivery) { pendingBytes -= entry.line.readableBytes } else { kept.append(entry) }
        }
        queue = kept
    }
}
