import ALSAFaults
import AllocationCounter
import Foundation
import Testing

@testable import Capture

extension LiveCaptureTests {
    /// Capture from ALSA PCMs in user space: the pulse plugin on a private server, and ALSA's file and null devices.
    @Suite struct ALSACaptureTests {
        let server: PulseServer
        var options = CaptureOptions()

        init() throws {
            server = try PulseServer()
            options.maximumBacklog = .seconds(5)
            let configuration = """
                </usr/share/alsa/alsa.conf>
                pcm.t_pulse { type pulse server "\(server.address)" device "testsink.monitor" }
                pcm.t_file {
                    type file slave.pcm "null" file "/dev/null" infile "\(server.folder("in.raw"))" format "raw"
                }
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

        @Test func capturesEverySampleAndSurvivesAServerRestart() throws {
            let stream = try capture("t_pulse")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            transcript.follow(stream, for: 0.3)
            #expect(
                transcript.states.allSatisfy { $0 == .waiting } && transcript.detail.contains("t_pulse"),
                "\(transcript.events)")
            try server.start()
            #expect(
                transcript.follow(stream) { $0.states.last == .running && $0.samples.count > 8192 },
                "\(transcript.events)")
            let tone = Wave.tone(seconds: 1)
            let player = try server.play(tone)
            transcript.follow(stream, for: 1)
            player.wait()
            transcript.follow(stream, for: 0.7)
            #expect(transcript.discontinuities.isEmpty, "\(transcript.discontinuities)")
            #expect(Wave.find(tone, in: transcript.samples) != nil, "the tone did not arrive unchanged")

            server.stop()
            #expect(transcript.follow(stream) { $0.states.last == .waiting }, "\(transcript.events)")
            try server.start()
            #expect(
                transcript.follow(stream) { $0.states.last == .running && $0.times.count == 2 && $0.times[1].count > 5 }
            )
            #expect(transcript.discontinuities.count == 1)
            #expect(transcript.counters.reconnects == 1)
        }

        @Test func recoversFromOverrunAndUnpluggedDevice() throws {
            try server.start()
            let stream = try capture("t_pulse")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 22_050 })
            alsa_fault_next_read(EPIPE)
            #expect(transcript.follow(stream) { $0.times.count == 2 && $0.times[1].count > 20 }, "\(transcript.events)")
            #expect(
                transcript.counters.overruns == 1 && stream.reading.recoveries == 1
                    && transcript.counters.reconnects == 0)
            #expect(
                transcript.discontinuities.first.map { $0.lost >= 0 && $0.lost < 22_050 } == true,
                "\(transcript.discontinuities)"
            )
            #expect(transcript.states == [.waiting, .running])

            alsa_fault_next_read(ENODEV)
            #expect(transcript.follow(stream) { $0.times.count == 3 && $0.times[2].count > 5 }, "\(transcript.events)")
            #expect(transcript.counters.reconnects == 1)
            #expect(Array(transcript.states.suffix(2)) == [.waiting, .running])
        }

        @Test func readsRawBytesOfFilePCM() throws {
            let tone = Wave.tone(seconds: 1.5)
            try Wave.bytes(tone).write(to: URL(filePath: server.folder("in.raw")))
            let stream = try capture("t_file")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 44_100 })
            #expect(transcript.samples.prefix(44_100).elementsEqual(tone.prefix(44_100).map { Float($0) / 32_768 }))
            #expect(stream.reading.format?.sample == .s16le)
        }

        @Test func usesTheDevicesOwnRate() throws {
            let stream = try capture("t_plug")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 4096 }, "\(transcript.events)")
            #expect(stream.reading.format?.rate == 48_000)
        }

        @Test func unknownDeviceFailsByName() throws {
            let stream = try capture("nosuch")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.states.last == .failed })
            #expect(transcript.detail.contains("'nosuch'") && transcript.detail.contains("--list-sources"))
        }

        @Test func waitsForMissingHardware() throws {
            let stream = try capture("hw:CARD=NoSuchCard")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.detail.contains("plugged in") }, "\(transcript.events)")
            #expect(transcript.states.last == .waiting)
        }

        /// Tests the whole capture thread with ALSA's `null` device, which delivers endless silence.
        @Test(.enabled(if: allocation_counting_works()))
        func runningCaptureThreadDoesNotAllocate() throws {
            let stream = try capture("null")
            defer { stream.stop() }
            var transcript = Transcript(stream)
            #expect(transcript.follow(stream) { $0.samples.count > 22_050 }, "\(transcript.events)")
            let thread = try #require(captureThreads().first)
            let before = allocation_count(thread)
            #expect(before > 0, "opening a device allocates")
            let frames = stream.reading.framesReceived
            transcript.follow(stream, for: 1)
            #expect(stream.reading.framesReceived > frames + 30_000)
            #expect(allocation_count(thread) == before)
        }

        @Test func listsSourcesOfBothSoundSystems() throws {
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
