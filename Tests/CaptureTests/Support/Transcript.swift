import Capture
import Foundation
import Logging

/// Everything that a source returned, in order, and the timeline with which it was read.
struct Transcript {
    private(set) var timeline: Timeline
    var events: [CaptureEvent] = []
    /// The samples of each epoch.
    var epochs: [[Float]] = [[]]
    /// The times of the hops in each epoch.
    var times: [[HopTime]] = [[]]
    /// Monotonic nanoseconds at which `next` returned each hop.
    var returned: [[UInt64]] = [[]]

    var samples: [Float] { epochs.flatMap { $0 } }

    /// Starts with the state before the source's first event.
    init(_ source: any HopSource) {
        timeline = Timeline(source.traits, now: 0)
        events = [.state(timeline.source)]
    }

    var counters: Timeline.Counters { timeline.counters }

    var statuses: [SourceStatus] {
        events.compactMap { if case .state(let status) = $0 { status } else { nil } }
    }

    var states: [CaptureState] { statuses.map(\.state) }

    var discontinuities: [(lost: Int64, reason: String)] {
        events.compactMap {
            if case .discontinuity(let start) = $0 { (start.lostFrames, "\(start.reason)") } else { nil }
        }
    }

    var hasEnded: Bool { events.last == .ended }

    /// The newest state's detail.
    var detail: String {
        events.reversed().lazy.compactMap { if case .state(let status) = $0 { status.detail } else { nil } }.first ?? ""
    }

    /// The newest state's source.
    var source: String {
        events.reversed().lazy.compactMap { if case .state(let status) = $0 { status.name } else { nil } }.first ?? ""
    }

    /// Reads until `done` returns true, the source ends or the time is up.
    ///
    /// - Returns: whether `done` returned true.
    @discardableResult
    mutating func follow(
        _ source: any HopSource, for seconds: Double = 8, until done: (Transcript) -> Bool = { _ in false }
    ) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var hop = [Float](repeating: .nan, count: 512)
        while true {
            if done(self) { return true }
            let left = deadline - ContinuousClock.now
            guard left > .zero, !hasEnded else { return false }
            var span = hop.mutableSpan
            let event = source.next(into: &span, timeline: &timeline, timeout: min(left, .milliseconds(50)))
            switch event {
            case .idle: continue
            case .hop(let time):
                epochs[epochs.count - 1] += hop
                times[times.count - 1].append(time)
                returned[returned.count - 1].append(DispatchTime.now().uptimeNanoseconds)
            case .discontinuity:
                epochs.append([])
                times.append([])
                returned.append([])
                events.append(event)
            case .state, .ended:
                events.append(event)
            }
        }
    }
}

/// A log handler that records all messages.
struct RecordingLog: LogHandler {
    final class Lines: @unchecked Sendable {
        private let lock = NSLock()
        private var lines: [String] = []
        func append(_ line: String) { lock.withLock { lines.append(line) } }
        var all: [String] { lock.withLock { lines } }
    }

    let lines: Lines
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.level): \(event.message)") }
}

func quietLogger() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

func recordingLogger() -> (Logger, RecordingLog.Lines) {
    let lines = RecordingLog.Lines()
    return (Logger(label: "test") { _ in RecordingLog(lines: lines) }, lines)
}

/// A temporary directory that is removed with its owner.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "noted-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}
