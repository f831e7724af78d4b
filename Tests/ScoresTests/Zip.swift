import Foundation

/// A writer for small ZIP archives.
struct Zip {
    private(set) var data = Data()

    /// Stores entries without compression.
    init(_ entries: [(name: String, content: String)]) {
        write(
            entries.map {
                (
                    $0.name, [UInt8]($0.content.utf8), [UInt8]($0.content.utf8), 0,
                    Self.checksum([UInt8]($0.content.utf8))
                )
            })
    }

    /// One entry of zeros at maximum compression: a thirteen-bit code per 258 zeros.
    static func bomb(name: String, megabytes: Int) -> Data {
        var zip = Zip([])
        let count = megabytes << 20
        var bits = Bits()
        // The last block, with fixed codes (RFC 1951, 3.2.6): a literal 0, then copies of length 258 from distance 1.
        bits.add(0b011, 3)
        bits.add(reversed(0x30, 8), 8)
        // Eight copies take thirteen bytes.
        func addEight() {
            for _ in 0..<8 {
                bits.add(reversed(0b1100_0101, 8), 8)
                bits.add(0, 5)
            }
        }
        addEight()
        addEight()
        bits.repeatLast(13, times: (count - 1) / 258 / 8 - 2)
        bits.add(0, 7)
        zip.write([(name, bits.finished(), [], 8, 0)], size: count)
        return zip.data
    }

    private mutating func write(_ entries: [(String, [UInt8], [UInt8], Int, UInt32)], size: Int? = nil) {
        var directory = Data()
        for (name, packed, plain, method, checksum) in entries {
            let start = data.count
            var fields = Self.little(20, 2) + Self.little(0, 2) + Self.little(method, 2) + Self.little(0, 4)
            fields += Self.little(Int(checksum), 4) + Self.little(packed.count, 4) + Self.little(size ?? plain.count, 4)
            fields += Self.little(name.utf8.count, 2) + Self.little(0, 2)
            data += [0x50, 0x4B, 3, 4] + fields + Array(name.utf8) + packed
            directory += [0x50, 0x4B, 1, 2] + Self.little(20, 2) + fields + Self.little(0, 2) + Self.little(0, 2)
            directory += Self.little(0, 2) + Self.little(0, 4) + Self.little(start, 4) + Array(name.utf8)
        }
        let start = data.count
        data += directory
        data += [0x50, 0x4B, 5, 6] + Self.little(0, 4) + Self.little(entries.count, 2) + Self.little(entries.count, 2)
        data += Self.little(directory.count, 4) + Self.little(start, 4) + Self.little(0, 2)
    }

    private static func little(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    /// Huffman codes are stored with their first bit first, numbers with their last.
    private static func reversed(_ code: Int, _ count: Int) -> Int {
        var result = 0
        for place in 0..<count where code >> place & 1 == 1 { result |= 1 << (count - 1 - place) }
        return result
    }

    /// A bit writer, lowest bit of each byte first.
    private struct Bits {
        private var bytes: [UInt8] = []
        private var open = 0
        private var count = 0

        mutating func add(_ value: Int, _ width: Int) {
            open |= value << count
            count += width
            while count >= 8 {
                bytes.append(UInt8(open & 0xFF))
                open >>= 8
                count -= 8
            }
        }

        mutating func repeatLast(_ length: Int, times: Int) {
            let piece = bytes.suffix(length)
            bytes.reserveCapacity(bytes.count + length * times)
            for _ in 0..<times { bytes += piece }
        }

        func finished() -> [UInt8] { count > 0 ? bytes + [UInt8(open & 0xFF)] : bytes }
    }
}
