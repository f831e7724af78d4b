import Synchronization

/// Counters that the capture thread writes and any thread reads, without a lock.
final class CaptureTally: Sendable {
    let framesReceived = Atomic<Int64>(0)
    let recoveries = Atomic<Int64>(0)
    /// Samples that the device itself replaced, because they were not finite.
    let nonFinite = Atomic<Int64>(0)
    /// The latency of the newest frame, in nanoseconds.
    let latency = Atomic<Int64>(0)
    /// The mean square below which the reader rests, as the bit pattern of a `Float`; 0 if it doesn't.
    private let restPower = Atomic<UInt32>(0)
    /// The result of the request for real-time priority: 0 before it, the thread's id if granted, minus the errno if
    /// refused, or `limitTooLow`.
    private let outcome = Atomic<Int32>(0)
    private static let limitTooLow = Int32.min

    @_noAllocation @_noLocks
    func received(frames: Int, latency nanoseconds: Int64) {
        framesReceived.add(Int64(frames), ordering: .relaxed)
        latency.store(nanoseconds, ordering: .relaxed)
    }

    /// The mean square below which the reader rests; 0 if it doesn't.
    var restingBelow: Float {
        @_noAllocation @_noLocks get { Float(bitPattern: restPower.load(ordering: .relaxed)) }
    }

    /// Called by the reader.
    func rest(below power: Float) { restPower.store(power.bitPattern, ordering: .relaxed) }

    @_noAllocation @_noLocks
    func replaced(_ count: Int) { nonFinite.add(Int64(count), ordering: .relaxed) }

    @_noAllocation @_noLocks
    func recovered() { recoveries.add(1, ordering: .relaxed) }

    /// The thread with id `thread` has requested real-time priority.
    func requested(by thread: Int32, _ result: RealTime.Outcome) {
        let value: Int32 =
            switch result {
            case .granted: thread
            case .refused(let code): -code
            case .limitTooLow: Self.limitTooLow
            }
        outcome.store(value, ordering: .releasing)
    }

    var priority: CapturePriority {
        switch outcome.load(ordering: .acquiring) {
        case 0: .notRequested
        case Self.limitTooLow: .limitTooLow
        case let thread where thread > 0: RealTime.isHeld(by: thread) ? .realTime : .lost
        case let code: .refused(-code)
        }
    }

    /// The device was closed; priority is requested again with the next one.
    func released() { outcome.store(0, ordering: .releasing) }
}
