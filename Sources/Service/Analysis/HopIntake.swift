import Capture
import Wire

/// The analysis thread's way to its source: the next hop, the daemon's ``Timeline``, and which hops are skipped when the
/// machine is too slow.
final class HopIntake {
    private(set) var source: OpenedSource
    private(set) var timeline: Timeline
    private var overload = OverloadGuard()
    /// The 512 samples of the newest hop.
    private(set) var samples = [Float](repeating: 0, count: hopSize)
    /// A hop whose discontinuity has been returned, and which is next.
    private var pendingHop: HopTime?
    /// Hops that the capture side had dropped when this was last looked at.
    private var droppedByCapture: Int64

    /// What ``next(timeout:)`` returns.
    enum Event {
        /// ``samples`` are to be analysed.
        case hop(HopTime)
        /// A hop is skipped, because the machine is too slow, and as many more as it takes: a discontinuity will follow.
        case skipped
        case discontinuity(EpochStart)
        case state(SourceStatus)
        case idle
        case ended
    }

    /// - Parameter timeline: where to begin, the source being its first.
    init(_ source: OpenedSource, timeline: Timeline) {
        self.source = source
        self.timeline = timeline
        droppedByCapture = timeline.counters.droppedHops
    }

    /// Waits for the source at most `timeout`.
    func next(timeout: Duration) -> Event {
        if let time = pendingHop {
            pendingHop = nil
            return .hop(time)
        }
        var span = samples.mutableSpan
        switch source.hops.next(into: &span, timeline: &timeline, timeout: timeout) {
        case .hop(let time): return admit(time)
        case .discontinuity(let start): return .discontinuity(start)
        case .state(let status): return .state(status)
        case .idle: return .idle
        case .ended: return .ended
        }
    }

    /// The source has been played to its end.
    func end() { timeline.end() }

    /// Begins the epoch whose discontinuity was returned last.
    func beginEpoch() { timeline.beginEpoch() }

    /// A new model takes over.
    func modelReplaced() { timeline.modelReplaced() }

    /// Reads from `next` from now on.
    ///
    /// - Returns: the discontinuity to publish.
    func replaceSource(_ next: OpenedSource) -> EpochStart {
        source = next
        pendingHop = nil
        overload.reset()
        return timeline.select(next.hops.traits)
    }

    /// What clients are to be told of skipped hops: at most once a second.
    func overloadReport() -> Overload? {
        let dropped = timeline.counters.droppedHops
        if dropped > droppedByCapture {
            overload.add(Int(dropped - droppedByCapture))
            droppedByCapture = dropped
        }
        guard let skipped = overload.report(now: Clocks.seconds) else { return nil }
        return Overload(
            epoch: timeline.epoch, sample: timeline.sample, skippedHops: skipped, totalSkippedHops: overload.total)
    }

    private func admit(_ time: HopTime) -> Event {
        let lag = Double(Int64(bitPattern: Clocks.nanoseconds &- time.arrival)) * 1e-9
        switch source.isLive ? overload.admit(lag: lag) : .process {
        case .process: return .hop(time)
        case .beginSkipping, .skip:
            timeline.skip()
            return .skipped
        case .resume:
            guard let start = timeline.resume() else { return .hop(time) }
            pendingHop = HopTime(epoch: start.epoch, sample: 0, airTime: time.airTime, arrival: time.arrival)
            return .discontinuity(start)
        }
    }
}
