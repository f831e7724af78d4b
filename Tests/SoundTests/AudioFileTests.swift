import Foundation
import Sound
import Testing

/// A temporary folder, removed after the test.
private final class Folder {
    let path = NSTemporaryDirectory() + "sound-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { path + "/" + name }
}

private func sine(_ frequency: Double, rate: Double, seconds: Double) -> [Float] {
    (0..<Int(rate * seconds)).map { Float(0.5 * sin(2 * .pi * frequency * Double($0) / rate)) }
}

/// A hand-written WAV file of 32-bit floats with several channels.
private func floatWave(_ frames: [[Float]], rate: Int) -> Data {
    func word(_ value: Int, _ bytes: Int) -> Data { Data((0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) }) }
    let channels = frames.first?.count ?? 1
    let samples = frames.joined().reduce(into: Data()) { $0.append(word(Int($1.bitPattern), 4)) }
    var data = Data("RIFF".utf8) + word(36 + samples.count, 4) + Data("WAVEfmt ".utf8) + word(16, 4) + word(3, 2)
    data += word(channels, 2) + word(rate, 4) + word(rate * channels * 4, 4) + word(channels * 4, 2) + word(32, 2)
    return data + Data("data".utf8) + word(samples.count, 4) + samples
}

private func problem(_ path: String) -> SoundError? {
    do throws(SoundError) {
        _ = try AudioFileReader.readAll(path: path)
        return nil
    } catch {
        return error
    }
}

/// A generator with the same random numbers in every run.
private struct Noise: RandomNumberGenerator {
    private var state: UInt64 = 9

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}

@Suite struct AudioFileTests {
    private static let formats: [AudioFileWriter.Format] = [.wav16, .wavFloat, .flac16]

    @Test(arguments: formats, [8_000, 22_050, 44_100, 48_000, 96_000])
    func losslessFilesRoundTrip(format: AudioFileWriter.Format, rate: Int) throws {
        let folder = try Folder()
        let path = folder.file("a")
        #expect(
            try AudioFileWriter.write(sine(440, rate: Double(rate), seconds: 1), to: path, format: format, rate: rate)
                == 0)
        let read = try AudioFileReader.readAll(path: path)
        #expect(abs(read.count - 44_100) <= 1)
        let expected = sine(440, rate: 44_100, seconds: 1)
        let worst = (4_000..<40_000).map { abs(read[$0] - expected[$0]) }.max() ?? 1
        #expect(worst < 1e-4)
    }

    /// After lossy compression, the tone must keep its phase and level.
    @Test(arguments: [AudioFileWriter.Format.vorbis, .mp3], [16_000, 44_100, 48_000])
    func lossyFilesKeepTheTone(format: AudioFileWriter.Format, rate: Int) throws {
        let folder = try Folder()
        let path = folder.file("a")
        try AudioFileWriter.write(sine(440, rate: Double(rate), seconds: 2), to: path, format: format, rate: rate)
        let read = try AudioFileReader.readAll(path: path)
        // MP3 pads by a frame or two.
        #expect(abs(read.count - 88_200) < (format == .mp3 ? 8_000 : 2))
        var (real, imaginary) = (0.0, 0.0)
        for index in 20_000..<64_100 {
            let angle = 2 * Double.pi * 440 * Double(index) / 44_100
            real += Double(read[index]) * sin(angle) / 22_050
            imaginary += Double(read[index]) * cos(angle) / 22_050
        }
        #expect(abs((real * real + imaginary * imaginary).squareRoot() - 0.5) < 0.02)
    }

    @Test(arguments: [1, 2, 3, 6])
    func averagesChannels(count: Int) throws {
        let folder = try Folder()
        let path = folder.file("many.wav")
        let frames = (0..<500).map { frame in (0..<count).map { Float(frame) / 1_000 * Float($0) } }
        try floatWave(frames, rate: 44_100).write(to: URL(fileURLWithPath: path))
        let reader = try AudioFileReader(path: path)
        #expect(reader.sourceChannels == count)
        #expect(reader.expectedCount == 500)
        let mean = Float(count - 1) / 2
        let read = try AudioFileReader.readAll(path: path)
        #expect(zip(read, 0..<500).allSatisfy { abs($0 - Float($1) / 1_000 * mean) < 1e-5 })
    }

    @Test func blockSizeDoesNotMatter() throws {
        let folder = try Folder()
        let path = folder.file("a.wav")
        try AudioFileWriter.write(sine(1_000, rate: 48_000, seconds: 1), to: path, format: .wavFloat, rate: 48_000)
        let whole = try AudioFileReader.readAll(path: path)
        let reader = try AudioFileReader(path: path)
        var pieces: [Float] = []
        var block = [Float](repeating: 0, count: 777)
        while true {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            pieces += block[..<count]
        }
        #expect(pieces == whole)
        #expect(reader.count == whole.count)
    }

    @Test func nonFiniteSamplesBecomeZero() throws {
        let folder = try Folder()
        let path = folder.file("nan.wav")
        let frames: [[Float]] = [[.nan, 1], [.infinity, -.infinity], [0.5, 0.5]]
        try floatWave(frames, rate: 44_100).write(to: URL(fileURLWithPath: path))
        let reader = try AudioFileReader(path: path)
        var block = [Float](repeating: 9, count: 8)
        var span = block.mutableSpan
        #expect(try reader.read(into: &span) == 3)
        #expect(reader.unusableCount == 3)
        #expect(block[..<3] == [0.5, 0, 0.5])
    }

    @Test func clippedSamplesAreCounted() throws {
        let folder = try Folder()
        let path = folder.file("a.wav")
        #expect(try AudioFileWriter.write([0.5, 1.5, -2, .nan], to: path) == 2)
        let read = try AudioFileReader.readAll(path: path)
        #expect(abs(read[0] - 0.5) < 1e-4 && read[1] > 0.999 && read[2] < -0.999 && read[3] == 0)
    }

    // MARK: Bad input

    @Test func missingFilesAreDistinctFromInvalidOnes() throws {
        let folder = try Folder()
        #expect(problem("/nowhere/a.wav") == .missingFile(path: "/nowhere/a.wav"))
        #expect(problem(folder.path) == .unreadableFile(path: folder.path, reason: "it is a directory"))
        #expect(problem(folder.path)?.isMissingInput == true)
        try Data().write(to: URL(fileURLWithPath: folder.file("empty.wav")))
        let empty = try #require(problem(folder.file("empty.wav")))
        #expect(empty == .badAudio(path: folder.file("empty.wav"), reason: "it is empty"))
        #expect(!empty.isMissingInput)
    }

    @Test func filesWithoutSamplesAreRejected() throws {
        let folder = try Folder()
        for format in Self.formats {
            try AudioFileWriter.write([], to: folder.file("none"), format: format)
            guard case .badAudio = problem(folder.file("none")) else {
                Issue.record("a file without samples was read")
                continue
            }
        }
    }

    @Test func damagedFilesNeverTrap() throws {
        let folder = try Folder()
        var random = Noise()
        for format in Self.formats {
            try AudioFileWriter.write(
                sine(440, rate: 8_000, seconds: 0.2), to: folder.file("good"), format: format, rate: 8_000)
            let good = try Data(contentsOf: URL(fileURLWithPath: folder.file("good")))
            for round in 0..<60 {
                var bytes = good
                for _ in 0..<4 {
                    let limit = round % 2 == 0 ? min(80, bytes.count) : bytes.count
                    bytes[Int.random(in: 0..<limit, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                try bytes.write(to: URL(fileURLWithPath: folder.file("bad")))
                // Reading gives an error or finite samples.
                if let samples = try? AudioFileReader.readAll(path: folder.file("bad")) {
                    #expect(samples.allSatisfy { $0.isFinite })
                }
            }
        }
    }

    @Test func writingToAMissingDirectoryFails() {
        #expect(throws: SoundError.self) { try AudioFileWriter.write([0], to: "/nowhere/a.wav") }
    }
}
