import Basics
import Foundation
import Synchronization
import Testing

@testable import Capture

/// The stream's logic, tested with a scripted device.
@Suite struct CaptureStreamTests {
    private func open(
        _ device: ScriptedDevice, spec: SourceSpec = .pulse(nil), _ change: (inout CaptureOptions) -> Void = { _ in }
    ) throws -> CaptureStream {
        var options = CaptureOptions()
        options.realTime = false
        change(&options)
        let stream = try CaptureStream(spec: spec, device: device, options: options, logger: quietLogger())
        try stream.start()
        return stream
    }

    /// Fragments of 10 ms that arrive on time.
    private func onTime(
        _ samples: [Int16], from start: UInt64, latency: Int64 = 0
    ) -> [(CaptureSink) -> DeviceProgress] {
        stride(from: 0, to: samples.count, by: 441).map { index in
            let end = min(index + 441, samples.count)
            return deliver(
                Array(samples[index..<end]), at: start + UInt64(Double(end) / 44_100 * 1e9), latency: latency)
        }
    }

    @Test func assemblesHopsWithTheirTimes() throws {
        let tone = Wave.tone(seconds: 1)
        let start = Clock.monotonic
        let stream = try open(ScriptedDevice(steps: onTime(tone, from: start, latency: 7_000_000)))
        defer { stream.stop() }
        var transcript = Transcript(stream)
        transcript.follow(stream) { $0.times[0].count == 86 }
        #expect(transcript.samples == tone.prefix(86 * 512).map { Float($0) / 32_768 })
        let offset = Double(Clock.unixOffset) * 1e-9
        for (index, time) in transcript.times[0].enumerated() {
            #expect(time.sample == Int64(index * 512))
            let air = Double(start) * 1e-9 + Double((index + 1) * 512) / 44_100 - 0.007
            #expect(abs(time.airTime - offset - air) < 0.0005)
            // The fragment that contained the last sample.
            let fragment = ((index + 1) * 512 + 440) / 441
            #expect(abs(Double(time.arrival) - Double(start) - Double(fragment) * 1e7) < 10)
        }
        #expect(transcript.states == [.waiting, .running])
        #expect(stream.reading.latencyMilliseconds == 7)
    }

    @Test func holeBeginsANewEpoch() throws {
        let start = Clock.monotonic
        var steps = onTime(Wave.tone(seconds: 0.1), from: start)
        steps.append {
            $0.gap(frames: 1000, reason: .hole)
            return .quiet
        }
        steps += onTime(Wave.tone(seconds: 0.1), from: start + 122_000_000)
        let stream = try open(ScriptedDevice(steps: steps))
        defer { stream.stop() }
        var transcript = Transcript(stream)
        #expect(transcript.follow(stream) { $0.times.count == 2 && $0.times[1].count == 8 })
        // 4410 samples make eight hops; the remaining 314 are discarded and count as lost.
        #expect(transcript.discontinuities.map(\.lost) == [1314])
        #expect(transcript.times[1][0].sample == 0)
        #expect(transcript.epochs[1] == Wave.tone(seconds: 0.1).prefix(4096).map { Float($0) / 32_768 })
        #expect(transcript.counters.lostFrames == 1314 && transcript.counters.overruns == 1)
    }

    @Test func overrunIsMeasuredByTheClock() throws {
        let start = Clock.monotonic
        let hop = Wave.tone(seconds: 512.0 / 44_100)
        let steps: [(CaptureSink) -> DeviceProgress] = [
            deliver(hop, at: start),
            {
                $0.gap(frames: -1, reason: .overrun)
                return .quiet
            },
            deliver(hop, at: start + 1_000_000_000),
        ]
        let stream = try open(ScriptedDevice(steps: steps))
        defer { stream.stop() }
        var transcript = Transcript(stream)
        #expect(transcript.follow(stream) { $0.times.count == 2 && !$0.times[1].isEmpty })
        #expect(transcript.discontinuities.map(\.lost) == [44_100 - 512])
    }

    @Test func backlogIsDroppedInFavourOfTheNewestAudio() throws {
        let samples = (0..<44_100 * 3 / 2).map { Int16(truncatingIfNeeded: $0) }
        let stream = try open(ScriptedDevice(steps: onTime(samples, from: Clock.monotonic)))
        defer { stream.stop() }
        // Nothing is read until everything has arrived.
        while stream.reading.framesReceived < samples.count { usleep(1000) }
        var transcript = Transcript(stream)
        transcript.follow(stream, for: 1)
        // No hop came before, so there is no discontinuity, but the dropped hops are counted.
        #expect(transcript.discontinuities.isEmpty)
        #expect(transcript.times[0].count <= 2)
        #expect(
            transcript.samples.last.map { Int($0 * 32_768) } ?? 0 > Int(Int16(truncatingIfNeeded: samples.count - 1024))
        )
        #expect(transcript.counters.droppedHops > 120)
    }

    @Test func framesThatDoNotFitTheRingAreCounted() throws {
        let start = Clock.monotonic
        let second = [Int16](repeating: 1000, count: 44_100)
        // A ring of 2 s (rounded up to a power of two) is given 6 s at once.
        var steps = [deliver(Array(second.prefix(512)), at: start)]
        steps += (1...6).map { deliver(second, at: start + UInt64($0) * 1_000_000_000) }
        let device = ScriptedDevice(steps: steps)
        let stream = try open(device) { $0.maximumBacklog = .seconds(1) }
        defer { stream.stop() }
        while stream.reading.framesReceived < 512 + 44_100 * 6 { usleep(1000) }
        var transcript = Transcript(stream)
        transcript.follow(stream, for: 0.5)
        #expect(transcript.times[0].count <= 2)
        #expect(transcript.counters.droppedHops > 80)
    }

    @Test func stallIsDetectedByTheClock() throws {
        let stream = try open(ScriptedDevice(steps: [deliver(Wave.tone(seconds: 0.1))])) {
            $0.stallAfter = .milliseconds(100)
        }
        defer { stream.stop() }
        var transcript = Transcript(stream)
        #expect(transcript.follow(stream) { $0.states == [.waiting, .running, .stalled] })
        #expect(transcript.counters.stalls == 1)
        #expect(transcript.discontinuities.isEmpty)
    }

    @Test func lostDeviceIsReopened() throws {
        let start = Clock.monotonic
        let steps: [(CaptureSink) -> DeviceProgress] = [
            deliver(Wave.tone(seconds: 0.1), at: start), { _ in .lost(.waiting("unplugged")) },
            deliver(Wave.tone(seconds: 0.1), at: start + 500_000_000),
        ]
        let stream = try open(ScriptedDevice(steps: steps))
        defer { stream.stop() }
        var transcript = Transcript(stream)
        #expect(transcript.follow(stream) { $0.times.count == 2 && $0.times[1].count == 8 })
        #expect(transcript.states == [.waiting, .running, .waiting, .running])
        #expect(transcript.discontinuities.map(\.lost) == [22_050 - 4410 + 314])
        #expect(transcript.discontinuities.first?.reason.contains("unplugged") == true)
        #expect(transcript.counters.reconnects == 1)
    }

    @Test(arguments: [(48_000, 2), (96_000, 1), (16_000, 6), (192_000, 4), (8_000, 1)])
    func convertsAnyRateAndChannels(rate: Int, channels: Int) throws {
        let format = try StreamFormat(sample: .s16le, rate: rate, channels: channels)
        let tone = Wave.tone(seconds: 1, frequency: 441, rate: Double(rate))
        let samples = tone.flatMap { [Int16](repeating: $0, count: channels) }
        let block = rate / 100 * channels
        let steps = stride(from: 0, to: samples.count, by: block).map {
            deliver(Array(samples[$0..<min($0 + block, samples.count)]))
        }
        let device = ScriptedDevice(format: format, steps: steps)
        let stream = try open(device) { $0.maximumBacklog = .seconds(5) }
        defer { stream.stop() }
        var transcript = Transcript(stream)
        #expect(transcript.follow(stream) { $0.times[0].count == 80 })
        // Compare the middle, away from the resampler's edges.
        let expected = Wave.tone(seconds: 1, frequency: 441)
        let errors = (4_000..<40_000).map { abs(transcript.samples[$0] - Float(expected[$0]) / 32_768) }
        #expect(errors.max() ?? 1 < 0.002, "\(errors.max() ?? 1)")
        #expect(stream.reading.format?.rate == rate && stream.reading.format?.channels == channels)
    }

    @Test func noSourceReturnsIdle() throws {
        let stream = try CaptureStream(spec: .none, logger: quietLogger())
        try stream.start()
        var timeline = Timeline(stream.traits, now: 0)
        #expect(timeline.source == SourceStatus(state: .waiting, name: "none", detail: "no source is selected"))
        var hop = [Float](repeating: 0, count: 512)
        var span = hop.mutableSpan
        #expect(stream.next(into: &span, timeline: &timeline, timeout: .zero) == .idle)
        let began = ContinuousClock.now
        #expect(stream.next(into: &span, timeline: &timeline, timeout: .milliseconds(60)) == .idle)
        let waited = ContinuousClock.now - began
        #expect(waited > .milliseconds(55) && waited < .milliseconds(500))
    }

    @Test func stopWakesTheReader() async throws {
        let stream = try open(ScriptedDevice(steps: []))
        async let waiting: Duration = {
            var hop = [Float](repeating: 0, count: 512)
            var timeline = Timeline(stream.traits, now: 0)
            let began = ContinuousClock.now
            while true {
                var span = hop.mutableSpan
                if stream.next(into: &span, timeline: &timeline, timeout: .seconds(20)) == .ended {
                    return ContinuousClock.now - began
                }
            }
        }()
        try await Task.sleep(for: .milliseconds(100))
        stream.stop()
        #expect(await waiting < .seconds(5))
        stream.stop()
    }

    /// Without its handler, `RLIMIT_RTTIME` would kill the process of a runaway capture thread. The thread gets the
    /// signal itself, because no other thread is certain to run. It needs no privilege, which users don't have.
    @Test(arguments: [true, false]) func runawayThreadLosesItsPriority(isPrivileged: Bool) throws {
        let policy = Atomic<Int32>(-1)
        let isBlocked = Atomic<Bool>(true)
        let device = ScriptedDevice(steps: [
            { _ in
                if !isPrivileged { giveUpCapabilities() }
                var mask = sigset_t()
                pthread_sigmask(SIG_BLOCK, nil, &mask)
                isBlocked.store(sigismember(&mask, SIGXCPU) != 0, ordering: .relaxed)
                let end = Clock.monotonic + 5_000_000_000
                while sched_getscheduler(0) & 0xFF == SCHED_FIFO, Clock.monotonic < end {}
                policy.store(sched_getscheduler(0) & 0xFF, ordering: .relaxed)
                return .quiet
            }
        ])
        let stream = try CaptureStream(spec: .pulse(nil), device: device, options: .init(), logger: quietLogger())
        try stream.start()
        var transcript = Transcript(stream)
        transcript.follow(stream, for: 8) { _ in policy.load(ordering: .relaxed) != -1 }
        let priority = stream.reading.priority
        stream.stop()
        #expect(policy.load(ordering: .relaxed) == SCHED_OTHER)
        #expect(isBlocked.load(ordering: .relaxed) == false)
        // If the system granted the priority, its loss is reported.
        if case .refused = priority {} else { #expect(priority == .lost) }
    }
}

// Exported by the C library, but declared in no header of it.
@_silgen_name("capset")
private func capset(_ header: UnsafeRawPointer, _ sets: UnsafeRawPointer) -> Int32

/// Gives up all capabilities of the calling thread, CAP_SYS_NICE among them.
private func giveUpCapabilities() {
    // _LINUX_CAPABILITY_VERSION_3 and the calling thread; then effective, permitted and inheritable, 64 bits each.
    let header: [UInt32] = [0x2008_0522, 0]
    let sets = [UInt32](repeating: 0, count: 6)
    _ = capset(header, sets)
}
