import Foundation
import Glibc

/// The resources that this process uses.
public struct ProcessUsage: Sendable, Equatable {
    /// Processor seconds used since the process began, in user and kernel mode.
    public var processorSeconds: Double
    /// Resident memory, in bytes.
    public var residentBytes: Int

    /// The current usage; a figure that the system doesn't provide is zero.
    public static func now() -> ProcessUsage {
        var usage = rusage()
        var seconds = 0.0
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            seconds =
                Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
                + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
        }
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return ProcessUsage(processorSeconds: seconds, residentBytes: (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// The recent share of one core that the process used, computed from samples of ``ProcessUsage``.
public struct ProcessorLoad: Sendable {
    /// Seconds after which samples are discarded, except the newest of them.
    private static let span = 60.0
    private var samples: [(time: Double, processorSeconds: Double)] = []

    public init() {}

    /// Adds a sample taken at `now`, in seconds on a monotonic clock.
    public mutating func sample(_ usage: ProcessUsage, now: Double) {
        samples.append((now, usage.processorSeconds))
        while samples.count > 1, samples[1].time <= now - Self.span { samples.removeFirst() }
    }

    /// Percent of one core over about the last minute; nil before the second sample.
    public var percent: Double? {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
        return 100 * (last.processorSeconds - first.processorSeconds) / (last.time - first.time)
    }
}
