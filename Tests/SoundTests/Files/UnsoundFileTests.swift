import Foundation
import Sound
import Testing

/// A temporary folder, removed after the test.
private final class Folder {
    let path = NSTemporaryDirectory() + "unsound-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ data: Data, _ name: String) throws -> String {
        try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    /// An encoded recording of noise, which doesn't compress to nothing.
    func recording(_ format: AudioFileWriter.Format, seconds: Double = 2, rate: Int = 44_100) throws -> Data {
        let file = path + "/good"
        try AudioFileWriter.write(noise(Int(seconds * Double(rate))), to: file, format: format, rate: rate)
        return try Data(contentsOf: URL(fileURLWithPath: file))
    }
}

private func noise(_ count: Int) -> [Float] {
    var state: UInt64 = 5
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / 6e9
    }
}

/// A generator with the same random numbers in every run, unless `NOTED_SEED` is set.
private struct Generator: RandomNumberGenerator {
    private var state = UInt64(ProcessInfo.processInfo.environment["NOTED_SEED"] ?? "") ?? 9

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}

/// Everything that can be read of a file, its warnings, and how it ended.
private func read(_ path: String) throws -> (samples: [Float], warnings: [String], failure: SoundError?) {
    let reader = try AudioFileReader(path: path)
    var samples: [Float] = []
    var block = [Float](repeating: 0, count: 5_000)
    while true {
        do throws(SoundError) {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { return (samples, reader.warnings, nil) }
            samples += block[..<count]
        } catch {
            return (samples, reader.warnings, error)
        }
    }
}

private func bytes(_ value: UInt64, _ count: Int, bigEndian: Bool = false) -> Data {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return Data(bigEndian ? bytes.reversed() : bytes)
}

/// Headers of files of 16-bit mono samples at 44.1 kHz whose recorder was killed before it knew their size.
private enum UnfinishedFormat: String, CaseIterable {
    case wavZero, wavRecorder, wavOpen, wavPlanned, rf64, w64, aiff, au, caf

    private var isBig: Bool { [.aiff, .au, .caf].contains(self) }

    func file(_ samples: [Int16]) -> Data {
        let data = samples.reduce(into: Data()) {
            $0 += bytes(UInt64(UInt16(bitPattern: $1)), 2, bigEndian: isBig)
        }
        return header(planned: UInt64(data.count * 2)) + data
    }

    private func header(planned: UInt64) -> Data {
        let header = Header(isBig: isBig)
        func wave(_ riff: UInt64, _ data: UInt64) {
            header.text("RIFF").number(riff, 4).text("WAVEfmt ").number(16, 4).waveFormat().text("data").number(data, 4)
        }
        switch self {
        case .wavZero: wave(0, 0)
        case .wavRecorder: wave(0x7FFF_F024, 0x7FFF_F000)
        case .wavOpen: wave(0xFFFF_FFFF, 0xFFFF_FFFF)
        case .wavPlanned: wave(planned + 36, planned)
        case .rf64:
            header.text("RF64").number(0xFFFF_FFFF, 4).text("WAVEds64").number(28, 4).zeros(28)
            header.text("fmt ").number(16, 4).waveFormat().text("data").number(0xFFFF_FFFF, 4)
        case .w64:
            let tail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
            let riff: [UInt8] = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00]
            header.text("riff").raw(riff).zeros(8).text("wave").raw(tail).text("fmt ").raw(tail).number(40, 8)
            header.waveFormat().text("data").raw(tail).number(24, 8)
        case .aiff:
            header.text("FORM").zeros(4).text("AIFFCOMM").number(18, 4).number(1, 2).zeros(4).number(16, 2)
            header.raw([0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0]).text("SSND").zeros(12)
        case .au: header.text(".snd").number(24, 4).zeros(4).number(3, 4).number(44_100, 4).number(1, 4)
        case .caf:
            header.text("caff").number(1, 2).zeros(2).text("desc").number(32, 8).number(44_100.0.bitPattern, 8)
            header.text("lpcm").zeros(4).number(2, 4).number(1, 4).number(1, 4).number(16, 4).text("data").zeros(12)
        }
        return header.data
    }
}

/// Builds a header field by field.
private final class Header {
    let isBig: Bool
    private(set) var data = Data()

    init(isBig: Bool) { self.isBig = isBig }

    @discardableResult
    func text(_ text: String) -> Header { raw(Array(text.utf8)) }

    @discardableResult
    func number(_ value: UInt64, _ count: Int) -> Header { raw(Array(bytes(value, count, bigEndian: isBig))) }

    @discardableResult
    func zeros(_ count: Int) -> Header { raw([UInt8](repeating: 0, count: count)) }

    @discardableResult
    func raw(_ bytes: [UInt8]) -> Header {
        data.append(contentsOf: bytes)
        return self
    }

    /// 16-bit mono samples at 44.1 kHz.
    @discardableResult
    func waveFormat() -> Header {
        number(1, 2).number(1, 2).number(44_100, 4).number(88_200, 4).number(2, 2).number(16, 2)
    }
}

@Suite struct UnsoundFileTests {
    // MARK: Headers

    /// All samples are read, and the warning says why and how much.
    @Test(arguments: UnfinishedFormat.allCases)
    fileprivate func unfinishedHeadersDoNotHideTheSound(_ format: UnfinishedFormat) throws {
        let folder = try Folder()
        let samples = (0..<5_000).map { Int16(truncatingIfNeeded: ($0 &* 7_919) % 20_000 + 5) }
        let path = try folder.write(format.file(samples), "take")
        let (result, warnings, failure) = try read(path)
        #expect(failure == nil)
        #expect(result == samples.map { Float($0) / 32_768 })
        #expect(warnings.count == 1)
        let expected = format == .wavPlanned ? "truncated: it has 10000 of 20000 bytes" : "never finished"
        #expect(warnings.first?.contains(expected) == true, "\(warnings)")
        #expect(warnings.first?.contains("10000") == true, "\(warnings)")
    }

    @Test func truncatedFilesCanBeRejected() throws {
        let folder = try Folder()
        let planned = try folder.write(UnfinishedFormat.wavPlanned.file([1, 2, 3]), "a.wav")
        #expect(throws: SoundError.self) { try AudioFileReader(path: planned, isComplete: true) }
        let open = try folder.write(UnfinishedFormat.wavZero.file([1, 2, 3]), "b.wav")
        #expect(throws: Never.self) { try AudioFileReader(path: open, isComplete: true) }
    }

    /// A chunk of samples that is meant to be empty, before other chunks.
    @Test func emptyFilesStayEmpty() throws {
        let folder = try Folder()
        var data = UnfinishedFormat.wavZero.file([])
        #expect(throws: SoundError.self) { try read(folder.write(data, "a.wav")) }
        data += Data("LIST".utf8) + bytes(4, 4) + Data("INFO".utf8)
        #expect(throws: SoundError.self) { try read(folder.write(data, "b.wav")) }
    }

    @Test func goodFilesHaveNoWarnings() throws {
        let folder = try Folder()
        for format in [AudioFileWriter.Format.wav16, .wavFloat, .flac16, .vorbis, .mp3] {
            let (samples, warnings, failure) = try read(folder.write(folder.recording(format), "a"))
            #expect(warnings.isEmpty && failure == nil, "\(format): \(warnings) \(String(describing: failure))")
            #expect(abs(samples.count - 88_200) < 3_000, "\(format)")
        }
    }

    // MARK: Damage

    @Test func truncatedFLACIsReadUpToItsEnd() throws {
        let folder = try Folder()
        let data = try folder.recording(.flac16)
        let (samples, _, failure) = try read(folder.write(data.prefix(data.count / 2), "a.flac"))
        #expect((35_000...44_100).contains(samples.count))
        #expect(zip(samples, noise(samples.count)).allSatisfy { abs($0 - $1) < 1e-4 })
        guard case .damagedAudio(_, let reason) = failure else {
            Issue.record("no damage was reported: \(String(describing: failure))")
            return
        }
        #expect(reason.contains("of 2.0 s"), "\(reason)")
    }

    /// The sound behind the damage is read in its place, and silence in place of what is damaged.
    @Test func decodingContinuesBehindDamage() throws {
        let folder = try Folder()
        var data = try folder.recording(.flac16)
        let middle = data.count / 2
        data.replaceSubrange(middle..<middle + 64, with: Data(count: 64))
        let (samples, _, failure) = try read(folder.write(data, "a.flac"))
        #expect(samples.count == 88_200)
        let wrong = zip(samples, noise(88_200)).enumerated().filter { abs($1.0 - $1.1) > 1e-4 }.map(\.offset)
        #expect(!wrong.isEmpty && wrong.count < 10_000)
        #expect(wrong.allSatisfy { samples[$0] == 0 && abs($0 - 44_100) < 10_000 })
        guard case .damagedAudio(_, let reason) = failure else {
            Issue.record("no damage was reported: \(String(describing: failure))")
            return
        }
        #expect(reason.contains("replaced by silence"), "\(reason)")
    }

    @Test func truncatedOggIsReadUpToItsEnd() throws {
        let folder = try Folder()
        let data = try folder.recording(.vorbis)
        let (samples, _, failure) = try read(folder.write(data.prefix(data.count * 6 / 10), "a.ogg"))
        #expect((20_000..<80_000).contains(samples.count))
        guard case .damagedAudio(_, let reason) = failure else {
            Issue.record("no damage was reported: \(String(describing: failure))")
            return
        }
        #expect(reason.contains("cut off"), "\(reason)")
    }

    /// Streams that follow one another are all played, whatever their rates.
    @Test func allStreamsOfAChainedOggAreRead() throws {
        let folder = try Folder()
        let data = try folder.recording(.vorbis) + folder.recording(.vorbis, seconds: 1, rate: 48_000)
        let (samples, warnings, failure) = try read(folder.write(data, "a.ogg"))
        #expect(abs(samples.count - 3 * 44_100) < 200)
        #expect(warnings.isEmpty && failure == nil)
        // Both parts hold sound to their ends.
        for start in [1_000, 80_000, 95_000, 125_000] {
            #expect(samples[start..<start + 2_000].contains { abs($0) > 0.05 }, "\(start)")
        }
    }

    @Test func aPageThatIsMissingInAnOggIsReported() throws {
        let folder = try Folder()
        let data = [UInt8](try folder.recording(.vorbis, seconds: 4))
        let pages = data.indices.dropLast(4).filter { data[$0..<$0 + 4].elementsEqual("OggS".utf8) }
        try #require(pages.count > 6)
        let without = Data(data[..<pages[4]] + data[pages[5]...])
        guard case .damagedAudio(_, let reason) = try read(folder.write(without, "a.ogg")).failure else {
            Issue.record("no damage was reported")
            return
        }
        #expect(reason.contains("1 Ogg pages are missing"), "\(reason)")
    }

    /// A header that claims fewer frames than there are doesn't end the file early.
    @Test func theWholeMP3IsReadWhateverItsHeaderClaims() throws {
        let folder = try Folder()
        var data = try folder.recording(.mp3)
        let whole = try read(folder.write(data, "a.mp3")).samples.count
        let mark = try #require(data.range(of: Data("Xing".utf8)) ?? data.range(of: Data("Info".utf8)))
        data.replaceSubrange(mark.lowerBound + 8..<mark.lowerBound + 12, with: bytes(3, 4, bigEndian: true))
        let (samples, warnings, failure) = try read(folder.write(data, "b.mp3"))
        #expect(abs(samples.count - whole) < 1_200)
        #expect(failure == nil && warnings.first?.contains("all of it is used") == true, "\(warnings)")
        data.replaceSubrange(mark.lowerBound + 8..<mark.lowerBound + 12, with: bytes(9_999, 4, bigEndian: true))
        #expect(try read(folder.write(data, "c.mp3")).warnings.first?.contains("truncated") == true)
    }

    @Test func damagedFilesNeverTrap() throws {
        let folder = try Folder()
        var random = Generator()
        var files = UnfinishedFormat.allCases.map { $0.file([Int16](repeating: 900, count: 500)) }
        for format in [AudioFileWriter.Format.vorbis, .mp3, .flac16] {
            files.append(try folder.recording(format, seconds: 0.5))
        }
        for good in files {
            for _ in 0..<25 {
                var data = good
                for _ in 0..<3 {
                    let limit = Bool.random(using: &random) ? min(80, data.count) : data.count
                    data[Int.random(in: 0..<limit, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                if Bool.random(using: &random) { data.removeLast(Int.random(in: 0..<data.count, using: &random)) }
                let path = try folder.write(data, "bad")
                if let result = try? read(path) {
                    #expect(result.samples.allSatisfy { $0.isFinite })
                    #expect(result.samples.count < 10_000_000)
                }
            }
        }
    }

    // MARK: Things that aren't audio files

    @Test func theMessageNamesWhatAFileReallyIs() throws {
        let folder = try Folder()
        for (data, name, text) in [
            ("\0\0\0\u{1C}ftypM4A isom\0\0", "a.mp3", "AAC"),
            ("just some text, not audio\n", "c.wav", "a text file"),
            ("MThd\0\0\0\u{6}\0\u{1}", "d.wav", "MIDI"), ("PK\u{3}\u{4}\u{14}\0\0\0", "e.flac", "ZIP"),
            (String(repeating: "\0", count: 1_000), "f.wav", "only zeros"), ("", "g.wav", "it is empty"),
        ] as [(String, String, String)] {
            let path = try folder.write(Data(data.utf8), name)
            let error = #expect(throws: SoundError.self) { try AudioFileReader(path: path) }
            #expect(error?.description.contains(text) == true, "\(name): \(String(describing: error))")
            #expect(error?.description.contains(name) == true && error?.isMissingInput == false)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func pipesAndDevicesAreNamedAndNeverBlock() throws {
        let folder = try Folder()
        #expect(mkfifo(folder.path + "/fifo", 0o600) == 0)
        for (path, text) in [
            (folder.path + "/fifo", "named pipe"), ("/dev/zero", "a device"), (folder.path, "a directory"),
        ] {
            let error = #expect(throws: SoundError.self) { try AudioFileReader(path: path) }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
            #expect(error?.isMissingInput == true)
        }
    }
}
