import Basics
import Datasets
import Foundation
import Sound
import Testing

@Suite struct SampleFileTests {
    private static func floats(_ file: SampleFile) -> [Float] {
        file.withBytes { bytes in
            (0..<file.count).map { index in
                switch file.coding {
                case .int16: Float(bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)) / 32768
                case .float32: bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
                }
            }
        }
    }

    private static func bytes(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
    }

    @Test func mapsBothWAVFormats() throws {
        let folder = try TestFolder()
        let half = try SampleFile(path: folder.writeTone("a.wav"), rate: 44_100)
        let float = try SampleFile(path: folder.writeTone("b.wav", format: .wavFloat), rate: 44_100)
        #expect(half.coding == .int16 && float.coding == .float32 && !half.isDecoded && !float.isDecoded)
        #expect(half.count == 44_100 && float.count == 44_100)
        let (a, b) = (Self.floats(half), Self.floats(float))
        for index in stride(from: 0, to: 44_100, by: 97) {
            let value = 0.5 * sin(2 * .pi * 440 * Float(index) / 44_100)
            #expect(abs(b[index] - value) < 1e-6 && abs(a[index] - value) < 1e-4)
        }
        float.forgetPages()
        #expect(Self.floats(float) == b)
    }

    @Test func mapsExtensibleHeaders() throws {
        let folder = try TestFolder()
        let values: [Float] = [0.25, -1, 0.5]
        let bytes = waveFile(format: extensibleFormat(tag: 3, bits: 32), samples: Self.bytes(values))
        let file = try SampleFile(path: folder.write(bytes, to: "a.wav"), rate: 44_100)
        #expect(file.coding == .float32 && !file.isDecoded)
        #expect(Self.floats(file) == values)
        let half = waveFile(format: extensibleFormat(tag: 1, bits: 16), samples: [0, 0x40, 0, 0x80])
        let other = try SampleFile(path: folder.write(half, to: "b.wav"), rate: 44_100)
        #expect(other.coding == .int16 && Self.floats(other) == [0.5, -1])
    }

    @Test func decodesOtherFormats() throws {
        let folder = try TestFolder()
        for (name, format, rate) in [
            ("a.flac", AudioFileWriter.Format.flac16, 44_100), ("b.wav", .wav16, 22_050), ("c.ogg", .vorbis, 44_100),
        ] {
            let file = try SampleFile(path: folder.writeTone(name, format: format, rate: rate), rate: 44_100)
            #expect(file.isDecoded && file.coding == .int16, "\(name)")
            #expect(abs(file.count - 44_100) < 1_200, "\(name) \(file.count)")
            let samples = Self.floats(file)[5_000..<39_000]
            let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
            #expect(abs(power - 0.125) < 0.005, "\(name) \(power)")
        }
    }

    @Test func leavesNoTemporaryFileBehind() throws {
        let scratch = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: scratch).filter { $0.hasPrefix("notelab-") }
        }
        let folder = try TestFolder()
        let before = try names()
        let file = try SampleFile(path: folder.writeTone("a.flac", format: .flac16), rate: 44_100)
        let after = try names()
        #expect(file.isDecoded && before == after)
    }

    @Test func rejectsTruncatedFiles() throws {
        let folder = try TestFolder()
        let bytes = waveFile(
            format: waveFormat(tag: 3, bits: 32), samples: [UInt8](repeating: 0, count: 400), claimed: 800)
        let path = try folder.write(bytes, to: "a.wav")
        let error = #expect(throws: SoundError.self) { try SampleFile(path: path, rate: 44_100) }
        #expect(error?.description.contains("400 of 800 bytes") == true)
        // The placeholder size of an unfinished recording is ignored.
        let open = waveFile(
            format: waveFormat(tag: 3, bits: 32), samples: [UInt8](repeating: 0, count: 400), claimed: 0xFFFF_FFFF)
        #expect(try SampleFile(path: folder.write(open, to: "b.wav"), rate: 44_100).count == 100)
        #expect(throws: SoundError.self) { try SampleFile(path: folder["absent.wav"], rate: 44_100) }
        let empty = waveFile(format: waveFormat(tag: 1, bits: 16), samples: [])
        #expect(throws: SoundError.self) { try SampleFile(path: folder.write(empty, to: "c.wav"), rate: 44_100) }
    }

    @Test func damagedHeadersNeverTrap() {
        var random = SplitMix64(seed: 3)
        let good = waveFile(format: extensibleFormat(tag: 3, bits: 32), samples: [UInt8](repeating: 7, count: 64))
        var found = 0
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &random))
            let layout = WaveLayout(size: bytes.count) { offset, count in
                offset >= 0 && offset + count <= bytes.count ? Array(bytes[offset..<offset + count]) : nil
            }
            guard let layout else { continue }
            found += 1
            #expect(layout.samples.upperBound <= bytes.count && layout.claimedBytes >= layout.samples.count)
        }
        #expect(found > 500 && found < 3_000)
    }
}
