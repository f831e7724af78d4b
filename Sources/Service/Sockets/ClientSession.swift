import NIOCore
import Wire

/// The outgoing half of one client's connection, without its socket: what waits, what is dropped, when it is given up.
///
/// Lines wait in a queue of bounded size, and one write at a time is under way. When the queue is full the client is
/// *behind*: everything that waits but answers to its requests is dropped, nothing new is taken, and when the write
/// under way has gone through, the client is told by `resync` what is sounding by then. A client that stays behind
/// is to be disconnected. Lines that only paint a picture (levels, activations) are dropped first. Of positions only the newest
/// waits as soon as an eighth of the queue is full.
///
/// A pure value; the caller brings clock and socket.
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

    /// What a line is, for deciding what to do with it when there is no room.
    public enum LineKind: Sendable {
        /// An event: dropped when the client is behind, and made up for by a `resync`.
        case event
        /// Worth nothing when late: dropped when the queue is half full.
        case picture
        /// A position: the next one takes its place.
        case position
        /// An answer: never dropped. Requests are left unread while many of them wait.
        case answer
    }

    public let limits: Limits
    /// What the client wants to hear of.
    public var topics = Topic.initial
    /// Bytes waiting, the write under way included.
    public private(set) var pendingBytes = 0
    /// When the client fell behind; nil while it keeps up.
    public private(set) var behindSince: Double?
    /// Times the client had to be told by `resync`.
    public private(set) var resyncs = 0
    /// No more lines are taken; the connection ends when what waits has been written.
    public private(set) var isClosing = false

    private var queue = CircularBuffer<(line: ByteBuffer, kind: LineKind)>()
    /// A position that the next one may still take the place of; it follows all that is in the queue.
    private var newestPosition: ByteBuffer?
    private var bytesUnderWay = 0
    /// Seconds between two positions; 0 for all there are.
    private var positionInterval = 0.0
    private var nextPosition = -Double.infinity

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes a line to be sent. `now` is in seconds on a clock that never goes back.
    public mutating func offer(_ line: ByteBuffer, _ kind: LineKind, now: Double) {
        guard !isClosing else { return }
        let size = line.readableBytes
        switch kind {
        case .answer: break
        case .position: return offerPosition(line, now: now)
        case .picture:
            guard behindSince == nil, pendingBytes + size <= limits.queue / 2 else { return }
        case .event:
            guard behindSince == nil else { return }
            guard hasRoom(for: size) else { return fallBehind(now: now) }
        }
        settlePosition()
        queue.append((line, kind))
        pendingBytes += size
    }

    /// Lets at most `rate` positions a second through from now on; 0 lets all through.
    public mutating func setPositionRate(_ rate: Double) {
        positionInterval = rate > 0 ? 1 / rate : 0
        nextPosition = -.infinity
    }

    private mutating func offerPosition(_ line: ByteBuffer, now: Double) {
        guard behindSince == nil else { return }
        if positionInterval > 0 {
            // Half a hop early is the nearest hop there is.
            guard now >= nextPosition - 0.006 else { return }
            nextPosition = (now - nextPosition < positionInterval ? nextPosition : now) + positionInterval
        }
        let size = line.readableBytes
        if newestPosition == nil, pendingBytes + size <= limits.queue / 8 {
            queue.append((line, .picture))
            pendingBytes += size
        } else if hasRoom(for: size - (newestPosition?.readableBytes ?? 0)) {
            pendingBytes += size - (newestPosition?.readableBytes ?? 0)
            newestPosition = line
        }
    }

    /// Lets the newest position have its place in the queue, before a line that comes after it.
    private mutating func settlePosition() {
        guard let line = newestPosition else { return }
        newestPosition = nil
        queue.append((line, .picture))
    }

    /// Whether an event of `size` bytes fits; when not, writing first may make room.
    public func hasRoom(for size: Int) -> Bool { pendingBytes + size <= limits.queue }

    /// Whether requests are to be read: not while many answers wait to be taken.
    public var wantsRequests: Bool { !isClosing && pendingBytes <= limits.queue / 2 }

    /// The bytes to write now; nil when a write is under way or nothing waits.
    ///
    /// - Parameter resync: makes the lines that tell a client what is sounding, and where the players are, at this moment.
    public mutating func nextWrite(resync: () -> ByteBuffer) -> ByteBuffer? {
        guard bytesUnderWay == 0 else { return nil }
        if behindSince != nil, !isClosing {
            behindSince = nil
            resyncs += 1
            let line = resync()
            queue.prepend((line, .answer))
            pendingBytes += line.readableBytes
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

    /// Sends `line` as the last one. With `dropping`, what waits before it goes unsaid.
    public mutating func close(with line: ByteBuffer, dropping: Bool) {
        guard !isClosing else { return }
        if dropping { removeQueued { _ in true } } else { settlePosition() }
        queue.append((line, .answer))
        pendingBytes += line.readableBytes
        isClosing = true
    }

    private mutating func fallBehind(now: Double) {
        removeQueued { if case .answer = $0 { false } else { true } }
        behindSince = now
    }

    private mutating func removeQueued(where isDropped: (LineKind) -> Bool) {
        settlePosition()
        var kept = CircularBuffer<(line: ByteBuffer, kind: LineKind)>()
        for entry in queue {
            if isDropped(entry.kind) { pendingBytes -= entry.line.readableBytes } else { kept.append(entry) }
        }
        queue = kept
    }
}
