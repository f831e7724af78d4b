import Foundation
import Sound
import Testing

@testable import Capture

@Suite struct FileAndPipeTests {
    private func read(_ spec: SourceSpec, _ change: (inout CaptureOptions) -> Void) throws -> (
        Transcript, CaptureReading
    ) {
        var options = CaptureOptions()
        change(&options)
        let stream = try CaptureStream(spec: spec, options: options, logger: quietLogger())
        try stream.start()
        defer { stream.stop() }
        var transcript = Transcript(stream)
        transcript.follow(stream, for: 10)
        return (transcript, stream.reading)
    }

    @Test func playsWholeFileAndTail() throws {
        let folder = try Folder()
        let tone = Wave.tone(seconds: 3)
        try Wave.file(tone).write(to: URL(filePath: folder("tone.wav")))
        let (transcript, _) = try read(.file(folder("tone.wav"))) {
            $0.fileSpeed = nil
            $0.tailFrames = 1000
        }
        #expect(transcript.hasEnded)
        #expect(transcript.samples.count == (tone.count + 1000 + 511) / 512 * 512)
        #expect(transcript.samples.prefix(tone.count).elementsEqual(tone.map { Float($0) / 32_768 }))
        #expect(transcript.samples.dropFirst(tone.count).allSatisfy { $0 == 0 })
        #expect(transcript.discontinuities.isEmpty && transcript.counters.droppedHops == 0)
        #expect(transcript.states == [.waiting, .running])
    }

    @Test func playsAFileInRealTime() throws {
        let folder = try Folder()
        try Wave.file(Wave.tone(seconds: 0.6)).write(to: URL(filePath: folder("tone.wav")))
        let (transcript, _) = try read(.file(folder("tone.wav"))) { $0.tailFrames = 0 }
        let arrivals = transcript.times[0].map { Double($0.arrival) * 1e-9 }
        let first = try #require(arrivals.first)
        for (index, arrival) in arrivals.enumerated() {
            #expect(abs(arrival - first - Double(index) * 512 / 44_100) < 0.15)
        }
        #expect(abs((arrivals.last ?? 0) - first - 0.58) < 0.15)
    }

    @Test func unplayableFileIsNamed() throws {
        let folder = try Folder()
        try Data("no sound at all".utf8).write(to: URL(filePath: folder("bad.wav")))
        for (name, missing) in [("absent.wav", true), ("bad.wav", false)] {
            let error = #expect(throws: CaptureError.self) {
                _ = try CaptureStream(spec: .file(folder(name)), logger: quietLogger())
            }
            #expect(error?.description.contains(name) == true)
            #expect(error?.isMissingInput == missing)
        }
    }

    /// Writes to a pipe that the stream reads, in pieces that don't respect frame boundaries.
    private func pipe(_ data: Data, piece: Int, _ spec: SourceSpec, _ change: (inout CaptureOptions) -> Void = { _ in })
        throws -> (Transcript, CaptureReading)
    {
        var ends: [Int32] = [0, 0]
        #expect(Glibc.pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        let writer = Thread {
            var rest = data
            while !rest.isEmpty {
                let part = Array(rest.prefix(piece))
                let count = write(output, part, part.count)
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            close(output)
        }
        writer.start()
        defer { close(input) }
        return try read(spec) {
            $0.inputDescriptor = input
            change(&$0)
        }
    }

    @Test func readsPipeWithoutLoss() throws {
        // More than the ring and the pipe hold.
        let tone = Wave.tone(seconds: 10)
        let (transcript, reading) = try pipe(Wave.bytes(tone), piece: 999, .stdin(nil)) { $0.tailFrames = 0 }
        #expect(transcript.hasEnded)
        #expect(transcript.samples.count == (tone.count + 511) / 512 * 512)
        #expect(transcript.samples.prefix(tone.count).elementsEqual(tone.map { Float($0) / 32_768 }))
        #expect(transcript.discontinuities.isEmpty && transcript.counters.droppedHops == 0)
        #expect(reading.framesReceived == tone.count)
    }

    @Test func convertsPipeFormat() throws {
        let spec = try SourceSpec(parsing: "stdin:f32le,48000,2")
        let left: [Float] = (0..<48_000).map { sin(2 * .pi * 480 * Float($0) / 48_000) }
        let frames: [Float] = left.flatMap { [$0, Float(0)] }
        let (transcript, _) = try pipe(frames.withUnsafeBytes { Data($0) }, piece: 4096, spec) { $0.tailFrames = 0 }
        #expect(abs(transcript.samples.count - 44_100) <= 1024)
        #expect(abs((transcript.samples.dropFirst(1000).prefix(40_000).max() ?? 0) - 0.5) < 0.01)
    }

    /// Two channels that cancel each other: from the first sample on, the first one is used.
    @Test func invertedChannelOfAPipeIsNotMixedAway() throws {
        let tone = Wave.tone(seconds: 2)
        let frames = tone.flatMap { [$0, -$0] }
        let (transcript, _) = try pipe(Wave.bytes(frames), piece: 4096, try SourceSpec(parsing: "stdin:s16le,44100,2"))
        {
            $0.tailFrames = 0
        }
        #expect(transcript.samples.prefix(tone.count).elementsEqual(tone.map { Float($0) / 32_768 }))
        let states = transcript.statuses
        #expect(states.last?.channels?.used == 1 && states.last?.channels?.areCancelling == true)
        #expect(states.last?.detail.contains("only channel 1 of 2 is used") == true, "\(states)")
        let (right, _) = try pipe(Wave.bytes(frames), piece: 4096, try SourceSpec(parsing: "stdin:s16le,44100,2")) {
            $0.tailFrames = 0
            $0.channel = .channel(2)
        }
        #expect(right.samples.prefix(tone.count).elementsEqual(tone.map { Float(-$0) / 32_768 }))
    }

    @Test func damagedFileIsPlayedAndFailsAtItsEnd() throws {
        let folder = try Folder()
        let noise = (0..<88_200).map { Float(($0 &* 7_919) % 1_000) / 2_000 }
        try AudioFileWriter.write(noise, to: folder("good.flac"), format: .flac16)
        let data = try Data(contentsOf: URL(filePath: folder("good.flac")))
        try data.prefix(data.count / 2).write(to: URL(filePath: folder("cut.flac")))
        let (transcript, _) = try read(.file(folder("cut.flac"))) {
            $0.fileSpeed = nil
            $0.tailFrames = 0
        }
        #expect(transcript.hasEnded && transcript.samples.count > 30_000)
        #expect(transcript.states == [.waiting, .running, .failed] && transcript.discontinuities.isEmpty)
        #expect(transcript.detail.contains("cut.flac") && transcript.detail.contains("of 2.0 s"))
    }

    @Test func unfinishedFileIsPlayedWithAWarning() throws {
        let folder = try Folder()
        let tone = Wave.tone(seconds: 0.5)
        var data = Wave.file(tone)
        data.replaceSubrange(40..<44, with: [0, 0, 0, 0])
        try data.write(to: URL(filePath: folder("open.wav")))
        let (transcript, _) = try read(.file(folder("open.wav"))) {
            $0.fileSpeed = nil
            $0.tailFrames = 0
        }
        #expect(transcript.samples.prefix(tone.count).elementsEqual(tone.map { Float($0) / 32_768 }))
        #expect(transcript.states == [.waiting, .running])
        #expect(transcript.statuses.last?.warnings.first?.contains("never finished") == true)
        #expect(transcript.detail.contains("never finished"))
    }

    @Test func nonFiniteSamplesAreReplacedAndCounted() throws {
        var samples = [Float](repeating: 0.25, count: 2048)
        samples[100] = .nan
        samples[200] = .infinity
        let data = samples.withUnsafeBytes { Data($0) }
        let (transcript, reading) = try pipe(data, piece: 512, try SourceSpec(parsing: "stdin:f32le")) {
            $0.tailFrames = 0
        }
        #expect(transcript.samples.allSatisfy { $0.isFinite })
        #expect(transcript.samples[100] == 0 && transcript.samples[200] == 0 && transcript.samples[300] == 0.25)
        #expect(reading.nonFiniteSamples == 2)
    }

    @Test func unreadableStandardInputFailsWithReason() throws {
        let (transcript, _) = try read(.stdin(nil)) {
            $0.inputDescriptor = 999_999
            $0.tailFrames = 0
        }
        #expect(transcript.hasEnded && transcript.states.last == .failed)
        #expect(transcript.detail.contains("standard input"))
    }

    @Test func emptyPipeEnds() throws {
        let (transcript, _) = try pipe(Data(), piece: 1, .stdin(nil)) { $0.tailFrames = 0 }
        #expect(transcript.hasEnded && transcript.samples.isEmpty)
        // An incomplete frame is discarded.
        let (odd, _) = try pipe(Data([1]), piece: 1, .stdin(nil)) { $0.tailFrames = 600 }
        #expect(odd.hasEnded && odd.samples.count == 1024)
    }
}
