import AllocationCounter
import Basics
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Capture

/// The tests that need a sound server. They run one at a time, because they measure time and change the environment.
@Suite(.serialized, .enabled(if: PulseServer.isAvailable, "needs pulseaudio, pulseaudio-utils and libasound2-plugins"))
enum LiveCaptureTests {}

extension LiveCaptureTests {
    /// Capture from a real PulseAudio server, faults included.
    @Suite struct PulseCaptureTests {
        let server: PulseServer
        var options = CaptureOptions()

        init() throws {
            server = try PulseServer()
            options.pulseServer = server.address
            // On a shared machine a test may wait for the processor, which must not count as falling behind.
            options.maximumBacklog = .seconds(5)
            setenv("PULSE_COOKIE", server.folder("cookie"), 1)
        }

        private func capture(_ name: String?) throws -> CaptureStream {
            let stream = try CaptureStream(spec: .pulse(name), options: options, logger: quietLogger())
            try stream.start()
            return stream
        }

        @Test func waitsForAServerAndCapturesEverySample() throws {
            let stream = try capture("testsink.monitor")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            transcript.follow(stream, for: 2) { $0.detail.contains("no PulseAudio server") }
            #expect(transcript.states == [.waiting, .waiting])
            #expect(transcript.detail.contains(server.address))

            try server.start()
            #expect(
                transcript.follow(stream) { $0.states.last == .running && $0.samples.count > 4096 },
                "\(transcript.events)")
            #expect(transcript.source == "pulse:testsink.monitor")
            let tone = Wave.tone(seconds: 1.5)
            let player = try server.play(tone)
            transcript.follow(stream, for: 2.2)
            player.wait()

            #expect(transcript.discontinuities.isEmpty)
            #expect(Wave.find(tone, in: transcript.samples) != nil, "the tone did not arrive unchanged")
            let times = try #require(transcript.times.first)
            #expect(times.enumerated().allSatisfy { $1.sample == Int64($0 * 512) })
            // Air times advance with the samples.
            let advance = zip(times.dropFirst(20), times.dropFirst(21)).map { $1.airTime - $0.airTime - 512.0 / 44_100 }
            #expect(advance.allSatisfy { abs($0) < 0.004 }, "\(advance.map { abs($0) }.max() ?? 0)")
            let reading = stream.reading
            #expect(reading.framesReceived >= 44_100 * 2)
            #expect(transcript.counters.lostFrames == 0 && transcript.counters.overruns == 0)
            #expect(reading.format == (try StreamFormat(sample: .f32le, rate: 44_100, channels: 1)))
            report(transcript, stream)
        }

        /// Prints the figures in docs/capture.md.
        private func report(_ transcript: Transcript, _ stream: CaptureStream) {
            let offset = Double(Clock.unixOffset) * 1e-9
            let ages = transcript.times.flatMap { $0 }.map { (Double($0.arrival) * 1e-9 + offset - $0.airTime) * 1000 }
                .sorted()
            let waits = zip(transcript.returned.flatMap { $0 }, transcript.times.flatMap { $0 })
                .map { Double($0 - $1.arrival) * 1e-6 }.sorted()
            guard !ages.isEmpty else { return }
            let text = { (values: [Double]) in
                String(
                    format: "p50 %.2f p99 %.2f max %.2f ms", values[values.count / 2], values[values.count * 99 / 100],
                    values[values.count - 1])
            }
            if let thread = captureThreads().first {
                let before = (processorTime(of: thread), allocation_count(thread))
                var more = Transcript(stream)
                more.follow(stream, for: 2)
                let load = (processorTime(of: thread) - before.0) / 2 * 100
                let allocations = allocation_count(thread) - before.1
                print(String(format: "capture thread: %.2f%% of a core, %ld allocations in 2 s", load, allocations))
            }
            print(
                "capture: arrival - air \(text(ages)); next returned - arrival \(text(waits))")
        }

        @Test func stallIsReportedAndFollowedByANewEpoch() throws {
            try server.start()
            let stream = try capture(nil)
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 22_050 })
            try server.control(["suspend-sink", "testsink", "1"])
            #expect(transcript.follow(stream) { $0.states.last == .stalled }, "\(transcript.events)")
            transcript.follow(stream, for: 0.8)
            try server.control(["suspend-sink", "testsink", "0"])
            #expect(
                transcript.follow(stream) { $0.states.last == .running && $0.times.count == 2 && $0.times[1].count > 5 }
            )
            let gap = try #require(transcript.discontinuities.first)
            #expect(transcript.discontinuities.count == 1)
            #expect(gap.lost > 22_050 && gap.lost < 44_100 * 5, "\(gap)")
            #expect(transcript.times[1][0].sample == 0)
            #expect(transcript.counters.stalls == 1)
        }

        @Test func survivesAServerRestart() throws {
            try server.start()
            let stream = try capture("testsink.monitor")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 22_050 })
            let began = Clock.monotonic
            server.stop()
            #expect(transcript.follow(stream) { $0.states.last == .waiting }, "\(transcript.events)")
            try server.start()
            #expect(
                transcript.follow(stream) { $0.states.last == .running && $0.times.count == 2 && $0.times[1].count > 5 }
            )
            let gone = Double(Clock.monotonic - began) * 1e-9 * 44_100
            let gap = try #require(transcript.discontinuities.first)
            #expect(Double(gap.lost) > 0.3 * gone - 8820 && Double(gap.lost) < gone + 4410, "\(gap) of \(gone)")
            #expect(transcript.counters.reconnects == 1)
        }

        @Test func namedSourceIsNotMovedAndRecovers() throws {
            try server.start()
            try server.control(["load-module", "module-null-sink", "sink_name=other", "norewinds=1"])
            let stream = try capture("testsink.monitor")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 4096 })
            let modules = try server.control(["list", "short", "modules"])
            let line = try #require(modules.split(separator: "\n").first { $0.contains("sink_name=testsink") })
            try server.control(["unload-module", String(line.prefix { $0.isNumber })])
            #expect(transcript.follow(stream) { $0.states.last == .failed }, "\(transcript.events)")
            #expect(transcript.detail.contains("testsink.monitor") && transcript.detail.contains("--list-sources"))
            try server.control(["load-module"] + PulseServer.sink)
            #expect(transcript.follow(stream) { $0.states.last == .running }, "\(transcript.events)")
            #expect(transcript.source == "pulse:testsink.monitor")
        }

        @Test func defaultSourceFollowsTheServerAndReportsItsName() throws {
            try server.start()
            let stream = try capture(nil)
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 4096 })
            #expect(transcript.source == "pulse:testsink.monitor")
            try server.control(["load-module", "module-null-sink", "sink_name=other", "norewinds=1"])
            let modules = try server.control(["list", "short", "modules"])
            let line = try #require(modules.split(separator: "\n").first { $0.contains("sink_name=testsink") })
            try server.control(["unload-module", String(line.prefix { $0.isNumber })])
            // It is stereo, so the stream is reopened with two channels.
            #expect(
                transcript.follow(stream) { $0.source == "pulse:other.monitor" && $0.states.last == .running },
                "\(transcript.events)")
            #expect(transcript.statuses.last?.channels?.count == 2 && stream.reading.format?.channels == 2)
        }

        /// A process that is stopped for longer than the server's buffer lasts loses audio, and nothing reports it.
        @Test func detectsSilentLoss() throws {
            try server.start()
            var options = options
            options.serverBuffer = .milliseconds(200)
            let device = FreezingDevice(
                PulseDevice(
                    server: server.address, source: nil, fragment: .milliseconds(10), buffer: options.serverBuffer))
            let stream = try CaptureStream(spec: .pulse(nil), device: device, options: options, logger: quietLogger())
            try stream.start()
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.states.last == .running })
            // A ramp, so that every sample identifies its position (modulo 65,536).
            let ramp = (0..<44_100 * 8).map { Int16(truncatingIfNeeded: $0) }
            let player = try server.play(ramp)
            defer { player.terminate() }
            #expect(transcript.follow(stream) { $0.samples.last.map { $0 != 0 } == true && $0.samples.count > 60_000 })
            device.freeze.store(true, ordering: .relaxed)
            #expect(transcript.follow(stream) { $0.times.count == 2 && $0.times[1].count > 5 }, "\(transcript.events)")
            let gap = try #require(transcript.discontinuities.first)
            let before = try #require(transcript.epochs[0].lastIndex { $0 != 0 })
            let place = { (sample: Float) in Int(sample * 32_768) }
            let start = try #require(transcript.epochs[0].firstIndex { $0 != 0 })
            let after = transcript.epochs[1].count - 1
            let receivedOrLost = before - start + 1 + Int(gap.lost) + after
            let played = place(transcript.epochs[1][after]) - place(transcript.epochs[0][start])
            let error = Int(Int16(truncatingIfNeeded: receivedOrLost - played))
            #expect(abs(error) < 2_000, "\(gap), wrong by \(error)")
            #expect(gap.lost > 10_000 && gap.lost < 44_100 * 3, "\(gap)")
            #expect(transcript.counters.silentLosses == 1)
            transcript.follow(stream, for: 1)
            #expect(transcript.discontinuities.count == 1, "\(transcript.discontinuities)")
        }
    }
}

/// A device whose thread can be suspended for three seconds, like that of a stopped process.
final class FreezingDevice: Device {
    let freeze = Atomic<Bool>(false)
    private let device: any Device

    init(_ device: any Device) { self.device = device }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice { try device.open(stop: stop) }
    func close() { device.close() }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        if freeze.exchange(false, ordering: .relaxed) { usleep(3_000_000) }
        return device.pump(into: sink)
    }
}
