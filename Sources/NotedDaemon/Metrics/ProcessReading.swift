import Basics
import Foundation
import Glibc

/// What the system knows about this process. A figure that it doesn't provide is zero.
struct ProcessReading: Sendable {
    var usage: ProcessUsage
    var virtualBytes = 0
    var threads = 0
    var descriptors = 0
    var maximumDescriptors: UInt64 = 0
    /// Unix time.
    var startTime = 0.0

    /// Reads `/proc`. Takes some 0.1 ms.
    ///
    /// - Parameter uptime: seconds since the process started.
    static func now(uptime: Double) -> ProcessReading {
        var reading = ProcessReading(usage: .now())
        for line in ((try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? "").split(separator: "\n") {
            let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
            guard words.count > 1, let value = Int(words[1]) else { continue }
            switch words[0] {
            case "VmSize": reading.virtualBytes = value * 1024
            case "Threads": reading.threads = value
            default: break
            }
        }
        // One of them belongs to the listing itself.
        reading.descriptors =
            max(0, ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0) - 1)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            reading.maximumDescriptors = UInt64(limit.rlim_cur)
        }
        reading.startTime = Clock.unix - uptime
        return reading
    }
}
