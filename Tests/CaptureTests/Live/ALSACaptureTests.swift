import ALSAFaults
import AllocationCounter
import Foundation
import Testing

@testable import Capture

extension LiveCaptureTests {
    /// Capture from ALSA PCMs in user space: the pulse plugin on a server of the test's own, and ALSA's file and null devices.
    @Suite struct ALSACaptureTests {
        let server: PulseServer
        var options = CaptureOptions()

        init() throws {
            server = try PulseServer()
            options.maximumBacklog = .seconds(5)
            let configuration = """
                </usr/share/alsa/alsa.conf>
                pcm.t_pulse { type pulse server "\(server.address)" device "testsink.monitor" }
                pcm.t_file { type file slave.pcm "null" file "/dev/null" infile "\(server.folder("in.raw"))" format "raw" }
                pcm.t_plug { type plug slave { pcm "null" format S16_LE rate 48000 channels 2 } }
                """
            try configuration.write(toFile: server.folder("asound.conf"), atomically: true, encoding: .utf8)
            setenv("ALSA_CONFIG_PATH", server.folder("asound.conf"), 1)
            setenv("PULSE_COOKIE", server.folder("cookie"), 1)
        }

        private func capture(_ name: String) throws -> CaptureStream {
            let stream = try CaptureStream(spec: .alsa(name), options: options, logger: quietLogger())
            try stream.start()
            return stream
        }

        @Test func capturesEverySampleExactlyAndSurvivesARestart() throws {
            let stream = try capture("t_pulse")
            defer { stream.stop() }
            var heard = Transcript(stream)
            heard.follow(stream, for: 0.3)
            #expect(heard.states.allSatisfy { $0 == .waiting } && heard.detail.contains("t_pulse"), "\(heard.events)")
            try server.start()
            #expect(heard.follow(stream) { $0.states.last == .running && $0.samples.count > 8192 }, "\(heard.events)")
            let tone = Wave.tone(seconds: 1)
            let player = try server.play(tone)
            heard.follow(stream, for: 1)
            player.wait()
            heard.follow(stream, for: 0.7)
            #expect(heard.discontinuities.isEmpty, "\(heard.discontinuities)")
            #expect(Wave.find(tone, in: heard.samples) != nil, "the tone did not arrive unchanged")

            server.stop()
            #expect(heard.follow(stream) { $0.states.last == .waiting }, "\(heard.events)")
            try server.start()
            #expect(heard.follow(stream) { $0.states.last == .running && $0.times.count == 2 && $0.times[1].count > 5 })
            #expect(heard.discontinuities.count == 1)
            #expect(heard.counters.reconnects == 1)
        }

        @Test func recoversFromAnOverrunAndFromAnUnpluggedDevice() throws {
            try server.start()
            let stream = try capture("t_pulse")
            defer { stream.stop() }
            var heard = Transcript(stream)
            #expect(heard.follow(stream) { $0.samples.count > 22_050 })
            alsa_fault_next_read(EPIPE)
            #expect(heard.follow(stream) { $0.times.count == 2 && $0.times[1].count > 20 }, "\(heard.events)")
            #expect(heard.counters.overruns == 1 && stream.reading.recoveries == 1 && heard.counters.reconnects == 0)
            #expect(
                heard.discontinuities.first.map { $0.lost >= 0 && $0.lost < 22_050 } == true, "\(heard.discontinuities)"
            )
            #expect(heard.states == [.waiting, .running])

            alsa_fault_next_read(ENODEV)
            #expect(heard.follow(stream) { $0.times.count == 3 && $0.times[2].count > 5 }, "\(heard.events)")
            #expect(heard.counters.reconnects == 1)
            #expect(Array(heard.states.suffix(2)) == [.waiting, .running])
        }

        @Test func readsTheRawBytesOfAFileDevice() throws {
            let tone = Wave.tone(seconds: 1.5)
            try Wave.bytes(tone).write(to: URL(filePath: server.folder("in.raw")))
            let stream = try capture("t_file")
            defer { stream.stop() }
            var heard = Transcript(stream)
            #expect(heard.follow(stream) { $0.samples.count > 44_100 })
            #expect(heard.samples.prefix(44_100).elementsEqual(tone.prefix(44_100).map { Float($0) / 32_768 }))
            #expect(stream.reading.format?.sample == .s16le)
        }

        @Test func takesTheRateThatTheDeviceHas() throws {
            let stream = try capture("t_plug")
            defer { stream.stop() }
            var heard = Transcript(stream)
            #expect(heard.follow(stream) { $0.samples.count > 4096 }, "\(heard.events)")
            #expect(stream.reading.format?.rate == 48_000)
        }

        @Test func namesAnUnknownDevice() throws {
            let stream = try capture("nosuch")
            defer { stream.stop() }
            var heard = Transcript(stream)
            #expect(heard.follow(stream) { $0.states.last == .failed })
            #expect(heard.detail.contains("'nosuch'") && heard.detail.contains("--list-sources"))
        }

        @Test func waitsForHardwareThatIsNotThere() throws {
            let stream = try capture("hw:CARD=NoSuchCard")
            defer { stream.stop() }
            var heard = Transcript(stream)
            #expect(heard.follow(stream) { $0.detail.contains("plugged in") }, "\(heard.events)")
            #expect(heard.states.last == .waiting)
        }

        /// The whole of the capture thread, with ALSA's `null` device, which delivers silence for ever.
        @Test(.enabled(if: allocation_counting_works()))
        func theCaptureThreadAllocatesNothingOnceItRuns() throws {
            let stream = try capture("null")
            defer { stream.stop() }
            var heard = Transcript(stream)
            #expect(heard.follow(stream) { $0.samples.count > 22_050 }, "\(heard.events)")
            let thread = try #require(captureThreads().first)
            let before = allocation_count(thread)
            #expect(before > 0, "opening a device allocates")
            let frames = stream.reading.framesReceived
            heard.follow(stream, for: 1)
            #expect(stream.reading.framesReceived > frames + 30_000)
            #expect(allocation_count(thread) == before)
        }

        @Test func listsWhatThereIs() throws {
            let absent = try SourceList.all(pulseServer: server.address)
            #expect(absent.contains { $0.kind == .note && $0.description.contains("no PulseAudio server") })
            try server.start()
            try server.control(["load-module", "module-null-source", "source_name=microphone", "description=Mic"])
            try server.control(["set-default-source", "microphone"])
            let sources = try SourceList.all(pulseServer: server.address)
            #expect(sources.contains { $0.spec == "pulse:testsink.monitor" && $0.kind == .monitor && !$0.isDefault })
            #expect(sources.contains { $0.spec == "pulse:microphone" && $0.kind == .input && $0.isDefault })
            for source in sources where source.kind != .note { _ = try SourceSpec(parsing: source.spec) }
        }
    }
}
