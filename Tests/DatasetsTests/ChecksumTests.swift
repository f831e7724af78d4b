import Basics
import Foundation
import Testing

@testable import Datasets

@Suite struct ChecksumTests {
    private static let folder = URL(fileURLWithPath: "/data/set")

    private static func read(_ text: String) throws -> [ChecksumList.Line] {
        try ChecksumList(text: text, path: "MD5SUMS", folder: folder).lines
    }

    /// Test vectors of RFC 1321 and FIPS 180-2.
    @Test func digestsMatchTheStandardVectors() throws {
        let folder = try TestFolder()
        let path = try folder.write("abc", to: "abc")
        #expect(try FileDigest.md5.digest(path: path) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(
            try FileDigest.sha256.digest(path: path)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let empty = try folder.write("", to: "empty")
        #expect(try FileDigest.md5.digest(path: empty) == "d41d8cd98f00b204e9800998ecf8427e")
        // Longer than one chunk.
        let long = try folder.write([UInt8](repeating: 97, count: 3_000_000), to: "long")
        #expect(try FileDigest.md5.digest(path: long) == "99ddc9a3a46ea62c95652bdf937a1fb8")
        #expect(throws: DatasetError.self) { try FileDigest.md5.digest(path: folder["absent"]) }
    }

    @Test func parsesTheFormatsOfCoreutils() throws {
        let md5 = String(repeating: "aB", count: 16)
        let sha = String(repeating: "0f", count: 32)
        let lines = try Self.read(
            "# a comment\n\(md5)  a b.wav\r\n\(sha) *train_data/1.wav\n\nMD5 (c (1).wav) = \(md5)\n"
                + "SHA256 (/x/y) = \(sha)\n\\\(md5)  with\\nbreak\\\\\n")
        #expect(lines.map(\.name) == ["a b.wav", "train_data/1.wav", "c (1).wav", "/x/y", "with\nbreak\\"])
        #expect(lines.map(\.digest) == [.md5, .sha256, .md5, .sha256, .md5])
        #expect(lines[0].path == "/data/set/a b.wav" && lines[3].path == "/x/y")
        #expect(lines[0].value == md5.lowercased())
    }

    @Test func rejectsInvalidChecksumLines() {
        for text in [
            "", "# nothing\n", "hello\n", "\(String(repeating: "a", count: 31))  x\n",
            "\(String(repeating: "g", count: 32))  x\n", "\(String(repeating: "a", count: 32))\n",
            "SHA1 (x) = \(String(repeating: "a", count: 40))\n", "\(String(repeating: "a", count: 32))  \n",
        ] {
            #expect(throws: DatasetError.self, "\(text)") { try Self.read(text) }
        }
    }

    @Test func randomDamageNeverTraps() {
        var random = SplitMix64(seed: 8)
        let good = Array(
            "\(String(repeating: "a1", count: 16))  a.wav\nMD5 (b.wav) = \(String(repeating: "0", count: 32))\n".utf8)
        var readable = 0
        for _ in 0..<2_000 {
            var bytes = good
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            guard let lines = try? Self.read(String(decoding: bytes, as: UTF8.self)) else { continue }
            readable += 1
            #expect(lines.allSatisfy { $0.value.count == $0.digest.digits && !$0.name.isEmpty })
        }
        #expect(readable > 100 && readable < 1_900)
    }
}
