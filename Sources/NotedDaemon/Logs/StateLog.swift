import Capture
import Foundation
import Logging
import Wire

/// Turns changes of the daemon's state into lines of the log: each change once, with what to do about it.
///
/// A pure value: states go in, lines come out, and the caller supplies the clock. Repeated lines are limited by
/// ``LogRateLimit``. It allocates only when there is a line.
struct StateLog: Sendable {
    struct Line: Sendable, Equatable {
        var level: Logger.Level
        var text: String
    }

    /// Seconds without a skipped hop after which an overload is over.
    static let overloadEnd = 5.0

    private var source: SourceStatus?
    /// When the source last stopped running; nil while it runs, and before it has run.
    private var interrupted: Double?
    /// During an overload: hops skipped so far and before it, and when the last one was skipped.
    private var skipped: (total: Int64, before: Int64, last: Double)?
    /// Hops skipped before now, while there is no overload.
    private var skippedHops: Int64 = 0
    private var priority = CapturePriority.notRequested
    private var refusal: CapturePriority?
    private var follow = FollowState.State.waiting
}

// MARK: - The source

extension StateLog {
    /// The source's state, its name or its detail has changed. `now` is in seconds on a monotonic clock.
    mutating func sourceChanged(to new: SourceStatus, now: Double) -> Line? {
        let old = source
        source = new
        guard new != old else { return nil }
        if old?.state == .running, new.state != .running { interrupted = now }
        if let old, old.state == new.state, old.name != new.name, new.state == .running || new.state == .stalled {
            return Line(level: .notice, text: "the source has moved to \(new.name): \(new.detail)")
        }
        switch new.state {
        case .running: return running(new, after: old, now: now)
        case .waiting: return waiting(new, after: old)
        case .stalled:
            return Line(
                level: .warning,
                text: "\(new.name) has stalled: \(new.detail); noted continues when audio arrives; "
                    + Self.remedy(forStall: new.name))
        case .failed:
            return Line(level: .error, text: "\(new.name) has failed: \(new.detail)\(Self.prospect(of: new.name))")
        }
    }

    private mutating func running(_ new: SourceStatus, after old: SourceStatus?, now: Double) -> Line {
        // A damaged header or channels that cancel, for example.
        let isFlawed = !new.allWarnings.isEmpty
        if old?.state == .running {
            return Line(level: isFlawed ? .warning : .notice, text: "\(new.name): \(new.detail)")
        }
        defer { interrupted = nil }
        guard let interrupted else {
            return Line(level: isFlawed ? .warning : .info, text: "\(new.name) is running: \(new.detail)")
        }
        let pause = String(format: "%.1f", now - interrupted)
        return Line(
            level: isFlawed ? .warning : .notice, text: "\(new.name) is running again after \(pause) s: \(new.detail)")
    }

    private func waiting(_ new: SourceStatus, after old: SourceStatus?) -> Line {
        if new.detail == "ended" { return Line(level: .info, text: "\(new.name) has ended") }
        // Sources that a client has just selected.
        if new.detail.hasPrefix("opening ") { return Line(level: .debug, text: new.detail) }
        if new.name == SourceSpec.none.description { return Line(level: .info, text: new.detail) }
        let isNews = old?.state != .waiting || old?.detail.hasPrefix("opening ") == true
        return Line(
            level: isNews ? .warning : .info,
            text: "\(new.name) is not available: \(new.detail)\(Self.prospect(of: new.name))")
    }

    /// A clause about a source that delivers nothing. Files and pipes are not opened again.
    private static func prospect(of name: String) -> String {
        name.hasPrefix("pulse") || name.hasPrefix("alsa") ? "; noted keeps trying" : ""
    }

    private static func remedy(forStall name: String) -> String {
        if name.hasPrefix("pulse") { return "'pactl list short sources' shows whether the source is suspended" }
        if name.hasPrefix("alsa") { return "check that the device is switched on and connected" }
        return "check the program that writes it"
    }

    /// An epoch begins after lost audio.
    ///
    /// - Returns: nil if nothing was lost, or if the loss is part of an overload, which ``observe(_:skippedHops:now:)``
    ///   reports.
    func epochBegan(_ start: EpochStart) -> Line? {
        guard start.lostFrames > 0 else { return nil }
        let lost = String(format: "%.2f", Double(start.lostFrames) / Double(captureRate))
        // The line about the lost source has the detail.
        if case .sourceLost = start.reason {
            return Line(level: .notice, text: "lost \(lost) s of audio while the source was not available")
        }
        let text = "lost \(lost) s of audio: \(start.reason)"
        return switch start.reason {
        case .backlog, .overload, .sourceChanged: nil
        case .suspended, .sourceLost: Line(level: .notice, text: text)
        case .hole, .silent:
            Line(level: .warning, text: text + "; if this recurs, check the load of the sound server (pw-top)")
        case .overrun:
            Line(
                level: .warning,
                text: text + "; if this recurs, allow real-time priority, or set a larger capture: fragment")
        }
    }
}

// MARK: - The machine and the follower

extension StateLog {
    /// To be called after each round of the analysis.
    ///
    /// - Parameters:
    ///   - new: the scheduling of the capture thread.
    ///   - total: hops skipped so far.
    ///   - now: seconds on a monotonic clock.
    mutating func observe(_ new: CapturePriority, skippedHops total: Int64, now: Double) -> Line? {
        if new != priority, let line = priorityChanged(to: new) { return line }
        return overload(total, now: now)
    }

    private mutating func priorityChanged(to new: CapturePriority) -> Line? {
        priority = new
        switch new {
        case .notRequested: return nil
        case .realTime: return Line(level: .debug, text: "the capture thread has real-time priority")
        case .refused, .limitTooLow:
            // A source that comes and goes is refused each time for the same reason.
            guard new != refusal else { return nil }
            refusal = new
        case .lost: break
        }
        return new.explanation.map { Line(level: new == .lost ? .warning : .notice, text: $0) }
    }

    private mutating func overload(_ total: Int64, now: Double) -> Line? {
        guard var current = skipped else {
            defer { skippedHops = total }
            guard total > skippedHops else { return nil }
            skipped = (total, skippedHops, now)
            return Line(
                level: .warning,
                text: "the analysis has fallen behind, and audio is skipped; if this recurs, stop other programs, or "
                    + "use a smaller model (notectl model FILE)")
        }
        if total > current.total {
            (current.total, current.last) = (total, now)
            skipped = current
        }
        guard now - current.last >= Self.overloadEnd else { return nil }
        skipped = nil
        skippedHops = total
        let seconds = Double(total - current.before) * Double(hopSize) / Double(captureRate)
        return Line(
            level: .notice,
            text: "the analysis keeps up again; it skipped \(String(format: "%.2f", seconds)) s of audio")
    }

    /// The follower's state has changed, at `measure` of the score.
    mutating func followerChanged(to new: FollowState.State, measure: Int?) -> Line? {
        let old = follow
        follow = new
        guard new != old else { return nil }
        let place = measure.map { " in measure \($0)" } ?? ""
        switch (old, new) {
        case (_, .lost): return Line(level: .info, text: "the follower lost its place\(place), and searches the score")
        case (.lost, .following): return Line(level: .info, text: "the follower found its place again\(place)")
        default: return Line(level: .debug, text: "the follower is \(new.rawValue)\(place)")
        }
    }
}
