import Synchronization

/// What the capture thread counts while it runs. Written by it, read by anybody, without a lock.
final class CaptureTally: Sendable {
    let framesReceived = Atomic<Int64>(0)
    let overruns = Atomic<Int64>(0)
    let recoveries = Atomic<Int64>(0)
    let reconnects = Atomic<Int64>(0)
    /// Samples that the device itself replaced.
    let nonFinite = Atomic<Int64>(0)
    /// Nanoseconds.
    let latency = Atomic<Int64>(0)
    /// What came of asking for real-time priority: 1 granted, 0 not asked, else minus the errno.
    let realTime = Atomic<Int32>(0)

    @_noAllocation @_noLocks
    func received(frames: Int, latency nanoseconds: Int64) {
        framesReceived.add(Int64(frames), ordering: .relaxed)
        latency.store(nanoseconds, ordering: .relaxed)
    }

    @_noAllocation @_noLocks
    func replaced(_ count: Int) { nonFinite.add(Int64(count), ordering: .relaxed) }

    @_noAllocation @_noLocks
    func overran() { overruns.add(1, ordering: .relaxed) }

    @_noAllocation @_noLocks
    func recovered() { recoveries.add(1, ordering: .relaxed) }
}
