import Foundation
import Sound
import Testing

@Suite struct NpyWriterTests {
    @Test func writesTheFormatThatNumPyReads() throws {
        let path = NSTemporaryDirectory() + "array-\(UInt64.random(in: 0 ... .max)).npy"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var writer = try NpyWriter(path: path, columns: 3)
        let rows: [[Float]] = (0..<50_000).map { [Float($0), -0.5, 1e-20] }
        for row in rows { try writer.append(row.span) }
        #expect(throws: SoundError.self) { try writer.append([Float(1)].span) }
        try writer.close()
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(data.prefix(8) == Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0]))
        let length = Int(data[8]) | Int(data[9]) << 8
        #expect((length + 10) % 64 == 0)
        let header = String(decoding: data[10..<10 + length], as: UTF8.self)
        #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (50000, 3), }"))
        #expect(header.hasSuffix("\n"))
        #expect(data.count == 10 + length + 50_000 * 3 * 4)
        let bits = data.suffix(12).withUnsafeBytes { bytes in
            (0..<3).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
        }
        #expect(bits.map { Float(bitPattern: UInt32(littleEndian: $0)) } == [49_999, -0.5, 1e-20])
    }

    @Test func rejectsInvalidPathsAndSizes() {
        #expect(throws: SoundError.self) { _ = try NpyWriter(path: "/nowhere/a.npy", columns: 1) }
        #expect(throws: SoundError.self) { _ = try NpyWriter(path: NSTemporaryDirectory() + "a.npy", columns: 0) }
    }
}
