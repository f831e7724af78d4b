import Synchronization

/// A lock-free ring of bytes between exactly one writing thread and exactly one reading thread.
///
/// Both ends are wait-free: a call copies its bytes and returns. Nothing is ever overwritten: a write that does not fit
/// is rejected whole, so a reader never sees a torn record. Records of a fixed size that is a power of two can
/// therefore be sent through it as bytes.
///
/// - Memory: one allocation, in `init`, which also touches every page so that the first lap causes no page faults.
/// - Threads: `write` and `writableCount` belong to the writer; `read`, `skip` and `readableCount` to the reader. Using
///   one end from several threads is a programming error and corrupts the contents.
/// - Order: the bytes of a `write` that returned `true` are visible to a reader whose `readableCount` includes them
///   (release, acquire).
public final class ByteRing: Sendable {
    /// The ring's size in bytes: the requested capacity rounded up to a power of two.
    public let capacity: Int

    @usableFromInline let mask: Int
    @usableFromInline nonisolated(unsafe) let storage: UnsafeMutableRawPointer
    // Each index is written by one thread and polled by the other, so each has its own cache line (128 bytes, because
    // x86-64 prefetches lines in pairs and some ARM64 cores have 128-byte lines).
    private let padding0 = CacheLine()
    @usableFromInline let written = Atomic<Int>(0)
    private let padding1 = CacheLine()
    @usableFromInline let consumed = Atomic<Int>(0)
    private let padding2 = CacheLine()

    /// Makes an empty ring.
    /// - Parameter minimumCapacity: bytes, clamped to 64...2^30.
    public init(minimumCapacity: Int) {
        var capacity = 64
        while capacity < min(minimumCapacity, 1 << 30) { capacity *= 2 }
        self.capacity = capacity
        mask = capacity - 1
        storage = .allocate(byteCount: capacity, alignment: 128)
        storage.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    deinit { storage.deallocate() }

    /// Writer: the number of bytes that can be written now. Only the writer can reduce it.
    @inlinable public var writableCount: Int {
        @_noAllocation @_noLocks get {
            capacity - (written.load(ordering: .relaxed) &- consumed.load(ordering: .acquiring))
        }
    }

    /// Reader: the number of bytes that can be read now. Only the reader can reduce it.
    @inlinable public var readableCount: Int {
        @_noAllocation @_noLocks get {
            written.load(ordering: .acquiring) &- consumed.load(ordering: .relaxed)
        }
    }

    /// Writer: appends `count` bytes from `source`, all or none.
    /// - Returns: false, with nothing written, if they do not all fit or `count` is negative.
    @_noAllocation @_noLocks @inlinable
    public func write(_ source: UnsafeRawPointer, count: Int) -> Bool {
        guard count >= 0, count <= writableCount else { return false }
        let position = written.load(ordering: .relaxed)
        let offset = position & mask
        let first = min(count, capacity - offset)
        (storage + offset).copyMemory(from: source, byteCount: first)
        if first < count { storage.copyMemory(from: source + first, byteCount: count - first) }
        written.store(position &+ count, ordering: .releasing)
        return true
    }

    /// Reader: moves the oldest `count` bytes to `destination`, all or none.
    /// - Returns: false, with nothing read, if fewer are available or `count` is negative.
    @_noAllocation @_noLocks @inlinable
    public func read(into destination: UnsafeMutableRawPointer, count: Int) -> Bool {
        guard count >= 0, count <= readableCount else { return false }
        let position = consumed.load(ordering: .relaxed)
        let offset = position & mask
        let first = min(count, capacity - offset)
        destination.copyMemory(from: storage + offset, byteCount: first)
        if first < count { (destination + first).copyMemory(from: storage, byteCount: count - first) }
        consumed.store(position &+ count, ordering: .releasing)
        return true
    }

    /// Reader: discards the oldest `count` bytes, all or none.
    /// - Returns: false, with nothing discarded, if fewer are available or `count` is negative.
    @_noAllocation @_noLocks @inlinable
    public func skip(_ count: Int) -> Bool {
        guard count >= 0, count <= readableCount else { return false }
        consumed.store(consumed.load(ordering: .relaxed) &+ count, ordering: .releasing)
        return true
    }
}

/// 128 bytes of padding between fields.
private struct CacheLine: Sendable {
    private let bytes = InlineArray<16, UInt64>(repeating: 0)
}
