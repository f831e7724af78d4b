import Basics
import Capture
import Dispatch
import Foundation
import Synchronization

@testable import NotedDaemon

/// A source scripted by a test. Steps may be added on any thread.
final class ScriptedSource: HopSource, Sendable {
    enum Step: Sendable {
        /// A hop of a 440 Hz sine whose amplitude is `level`.
        case hop(level: Float, airTime: Double? = nil, arrival: UInt64? = nil)
        /// Audio is missing before the next hop.
        case missing(Int64, GapReason)
        /// Capture drops frames because the analysis fell behind.
        case dropped(Int)
        case state(CaptureState, detail: String = "")
        case moved(name: String)
        case ended
        /// The analysis thread is stuck until the semaphore is signalled.
        case stuck(DispatchSemaphore)
    }

    private struct State {
        var steps: [Step] = []
        var nextSample: Int64 = 0
        var isStopped = false
    }

    let traits: SourceTraits
    private let state = Mutex(State())
    /// Seconds from air to arrival.
    static let latency = 0.005

    init(name: String = "test") { traits = SourceTraits(name: name, isClocked: false) }

    func play(_ steps: [Step]) {
        state.withLock { $0.steps += steps }
    }

    /// Plays `count` hops at `level`.
    func play(hops count: Int, level: Float) {
        play(Array(repeating: .hop(level: level), count: count))
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var isDrained: Bool { state.withLock { $0.steps.isEmpty } }

    func next(into hop: inout MutableSpan<Float>, timeline: inout Timeline, timeout: Duration) -> CaptureEvent {
        while true {
            if let event = timeline.nextEvent() { return event }
            let (step, sample, isStopped) = state.withLock { state -> (Step?, Int64, Bool) in
                (state.steps.first, state.nextSample, state.isStopped)
            }
            if isStopped { return .ended }
            guard let step else {
                usleep(1000)
                return .idle
            }
            // A discontinuity precedes its hop.
            if case .hop = step, let start = timeline.discontinuity() { return .discontinuity(start) }
            state.withLock { state in
                if !state.steps.isEmpty { state.steps.removeFirst() }
                if case .hop = step { state.nextSample += Int64(hopSize) }
            }
            switch step {
            case .hop(let level, let airTime, let arrival):
                for index in 0..<hopSize {
                    let phase = 2 * Double.pi * 440 * Double(sample + Int64(index)) / 44_100
                    hop[index] = level * Float(sin(phase))
                }
                let arrival = arrival ?? Clock.monotonic
                let air = airTime ?? Clock.unix - Self.latency
                return .hop(
                    timeline.hop(
                        framesBehind: 0, arrival: arrival, unixOffset: Int64(air * 1e9) - Int64(bitPattern: arrival)))
            case .missing(let frames, let reason): timeline.missing(frames: frames, reason)
            case .dropped(let frames): timeline.dropped(frames: frames)
            case .state(let new, let detail): timeline.change(to: new, detail: detail)
            case .moved(let name): timeline.moved(name: name, detail: "moved")
            case .ended: return .ended
            case .stuck(let semaphore): semaphore.wait()
            }
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    var reading: CaptureReading { CaptureReading() }
}

extension OpenedSource {
    init(_ source: ScriptedSource, isLive: Bool = true) {
        self.init(isLive: isLive, hops: source)
    }
}

extension AnalysisReading {
    /// The initial reading of an analysis of `source`.
    init(_ source: ScriptedSource, _ model: LoadedModel) {
        self.init(timeline: Timeline(source.traits, now: Clock.unix), model: model.description)
    }
}
