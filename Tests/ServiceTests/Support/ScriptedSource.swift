import Capture
import Foundation
import Synchronization

@testable import Service

/// A source that says what a test tells it to say, and nothing else. Any thread may tell it.
final class ScriptedSource: HopSource, Sendable {
    enum Step: Sendable {
        /// A hop of a 440 Hz sine whose amplitude is `level`.
        case hop(level: Float, airTime: Double? = nil, arrival: UInt64? = nil)
        case event(CaptureEvent)
    }

    private struct State {
        var steps: [Step] = []
        var nextSample: Int64 = 0
        var isStopped = false
        var counters = CaptureCounters()
    }

    private let state = Mutex(State())
    /// Seconds from air to arrival.
    static let latency = 0.005

    func play(_ steps: [Step]) {
        state.withLock { $0.steps += steps }
    }

    /// `count` hops at `level`.
    func play(hops count: Int, level: Float) {
        play(Array(repeating: .hop(level: level), count: count))
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var isDrained: Bool { state.withLock { $0.steps.isEmpty } }

    /// Loses samples without a word.
    func skip(samples: Int64) {
        state.withLock { $0.nextSample += samples }
    }

    func setCounters(_ change: (inout CaptureCounters) -> Void) {
        state.withLock { change(&$0.counters) }
    }

    func next(into hop: inout MutableSpan<Float>, timeout: Duration) -> CaptureEvent {
        let (step, sample, isStopped) = state.withLock { state -> (Step?, Int64, Bool) in
            let step = state.steps.isEmpty ? nil : state.steps.removeFirst()
            let sample = state.nextSample
            if case .hop = step { state.nextSample += Int64(hopSize) }
            if case .event(.discontinuity) = step { state.nextSample = 0 }
            return (step, sample, state.isStopped)
        }
        if isStopped { return .ended }
        switch step {
        case .hop(let level, let airTime, let arrival):
            for index in 0..<hopSize {
                let phase = 2 * Double.pi * 440 * Double(sample + Int64(index)) / 44_100
                hop[index] = level * Float(sin(phase))
            }
            return .hop(
                HopTime(
                    sample: sample, airTime: airTime ?? Clocks.unixTime - Self.latency,
                    arrival: arrival ?? Clocks.nanoseconds))
        case .event(let event): return event
        case nil:
            usleep(1000)
            return .idle
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    var counters: CaptureCounters { state.withLock { $0.counters } }
}

extension OpenedSource {
    init(_ source: ScriptedSource, name: String = "test", isLive: Bool = true) {
        self.init(name: name, isLive: isLive, hops: source)
    }
}
