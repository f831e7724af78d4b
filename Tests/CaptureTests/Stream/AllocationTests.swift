import AllocationCounter
import Basics
import CLinux
import Foundation
import Sound
import Testing

@testable import Capture

/// Proves that the capture thread's own code doesn't use the heap.
@Suite(.serialized, .enabled(if: allocation_counting_works(), "a sanitizer has replaced the allocator"))
struct AllocationTests {
    @Test func allocationsAreCounted() throws {
        let before = allocation_count(currentThread())
        let memory = malloc(100)
        let more = calloc(1, 1)
        free(memory)
        free(more)
        #expect(allocation_count(currentThread()) >= before + 2)
    }

    /// The measurement of a device that counts its own thread's allocations while it delivers.
    private final class Probe: @unchecked Sendable {
        var allocations: Int?
    }

    @Test func writingToTheSinkDoesNotAllocate() throws {
        let probe = Probe()
        let samples = [Int16](repeating: 7, count: 441)
        var steps: [(CaptureSink) -> DeviceProgress] = (0..<20).map { _ in deliver(samples) }
        steps.append { sink in
            let before = allocation_count(currentThread())
            for _ in 0..<1000 {
                // Far more than the ring holds, so that the path of a full ring is covered too.
                sink.write(samples, count: 441, arrival: Clock.monotonic, latency: 1)
                sink.gap(frames: 3, reason: .hole)
            }
            sink.suspended(true)
            sink.suspended(false)
            probe.allocations = allocation_count(currentThread()) - before
            return .delivered
        }
        let device = ScriptedDevice(steps: steps)
        let stream = try CaptureStream(spec: .pulse(nil), device: device, options: .init(), logger: quietLogger())
        try stream.start()
        var transcript = Transcript(stream)
        transcript.follow(stream, for: 5) { _ in probe.allocations != nil }
        stream.stop()
        #expect(probe.allocations == 0)
    }

    /// The reader's side, while a device stays open.
    @Test func readingHopsDoesNotAllocate() throws {
        let format = try StreamFormat(sample: .s24le, rate: 48_000, channels: 2)
        let block = [UInt8](repeating: 3, count: 480 * format.frameBytes)
        let steps: [(CaptureSink) -> DeviceProgress] = (0..<190).map { index in
            { sink in
                sink.write(block, count: 480, arrival: Clock.monotonic, latency: 0)
                return .delivered
            }
        }
        let device = ScriptedDevice(format: format, steps: steps)
        var options = CaptureOptions()
        options.maximumBacklog = .seconds(5)
        let stream = try CaptureStream(spec: .pulse(nil), device: device, options: options, logger: quietLogger())
        try stream.start()
        defer { stream.stop() }
        while stream.reading.framesReceived < 190 * 480 { usleep(1000) }
        var timeline = Timeline(stream.traits, now: 0)
        var hop = [Float](repeating: 0, count: 512)
        var hops = 0
        var before = 0
        var idle = 0
        while hops < 150, idle < 10 {
            var span = hop.mutableSpan
            switch stream.next(into: &span, timeline: &timeline, timeout: .seconds(1)) {
            case .hop: hops += 1
            case .idle: idle += 1
            default: break
            }
            // At first the resampler's own queues grow.
            if hops == 50, before == 0 { before = allocation_count(currentThread()) }
        }
        let after = allocation_count(currentThread())
        #expect(hops == 150)
        #expect(after == before)
    }
}

/// The ids of this process's capture threads.
func captureThreads() -> [pid_t] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return tasks.compactMap(pid_t.init).filter { task in
        (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)) == "capture\n"
    }
}

/// Seconds of processor time that a thread has used.
func processorTime(of thread: pid_t) -> Double {
    let text = (try? String(contentsOfFile: "/proc/self/task/\(thread)/schedstat", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").first.flatMap { Double($0) } ?? 0) * 1e-9
}

/// The calling thread's id.
func currentThread() -> pid_t { clinux_gettid() }
