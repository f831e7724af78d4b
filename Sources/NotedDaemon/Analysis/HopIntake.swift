import Basics
import Capture
import Wire

/// The analysis thread's access to its source: the next hop, the daemon's ``Timeline``, and the decision which hops are
/// skipped when the machine is too slow.
final class HopIntake {
    private(set) var source: OpenedSource
    private(set) var timeline: Timeline
    private var overload = OverloadGuard()
    /// The 512 samples of the newest hop.
    private(set) var samples = [Float](repeating: 0, count: hopSize)
    /// The next hop, whose discontinuity has already been returned.
    private var pendingHop: HopTime?

    /// The result of ``next(timeout:)``.
    enum Event {
        /// ``samples`` must be analysed.
        case hop(HopTime)
        /// A hop was skipped because the machine is too slow. A discontinuity follows the last one skipped.
        case skipped
        case discontinuity(EpochStart)
        case state(SourceStatus)
        case idle
        case ended
    }

    /// - Parameter timeline: the initial state, with `source` as its first source.
    init(_ source: OpenedSource, timeline: Timeline) {
        self.source = source
        self.timeline = timeline
    }

    /// Waits for the source for at most `timeout`.
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

    /// Records that the source has ended.
    func end() { timeline.end() }

    /// Begins the epoch whose discontinuity was returned last.
    func beginEpoch() { timeline.beginEpoch() }

    /// Records that a new model begins at the current sample.
    func modelReplaced() { timeline.modelReplaced() }

    /// Switches to `next`.
    ///
    /// - Returns: the discontinuity to publish.
    func replaceSource(_ next: OpenedSource) -> EpochStart {
        source = next
        pendingHop = nil
        overload.reset()
        return timeline.select(next.hops.traits)
    }

    /// The report on skipped hops to publish, at most once a second; nil if there is none.
    func overloadReport() -> Overload? {
        let total = timeline.counters.skippedHops
        guard let skipped = overload.report(total: total, now: Clock.seconds) else { return nil }
        return Overload(
            epoch: timeline.epoch, sample: timeline.sample, skippedHops: skipped, totalSkippedHops: Int(total))
    }

    /// Whether the results of a hop of a live source took longer than a hop lasts, so far.
    func isLate(_ time: HopTime) -> Bool {
        let age = Int64(bitPattern: Clock.monotonic &- time.arrival)
        return source.isLive && age > Int64(hopSize) * 1_000_000_000 / Int64(captureRate)
    }

    private func admit(_ time: HopTime) -> Event {
        let lag = Double(Int64(bitPattern: Clock.monotonic &- time.arrival)) * 1e-9
        switch source.isLive ? overload.admit(lag: lag) : .process {
        case .process: return .hop(time)
        case .skip:
            timeline.skip()
            return .skipped
        case .resume:
            guard let start = timeline.resume() else { return .hop(time) }
            pendingHop = HopTime(epoch: start.epoch, sample: 0, airTime: time.airTime, arrival: time.arrival)
            return .discontinuity(start)
        }
    }
}
