import Foundation

/// 16-bit samples, and WAV files of them.
enum Wave {
    /// A cosine that starts and normally ends away from zero, so that its boundaries can be found.
    static func tone(seconds: Double, frequency: Double = 440, rate: Double = 44_100) -> [Int16] {
        (0..<Int(seconds * rate)).map { Int16(16_000 * cos(2 * .pi * frequency * Double($0) / rate)) }
    }

    static func bytes(_ samples: [Int16]) -> Data {
        samples.withUnsafeBytes { Data($0) }
    }

    /// A canonical WAV file.
    static func file(_ samples: [Int16], rate: Int = 44_100, channels: Int = 1) -> Data {
        var data = Data()
        func append<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        data += Data("RIFF".utf8)
        append(UInt32(36 + samples.count * 2))
        data += Data("WAVEfmt ".utf8)
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(channels))
        append(UInt32(rate))
        append(UInt32(rate * channels * 2))
        append(UInt16(channels * 2))
        append(UInt16(16))
        data += Data("data".utf8)
        append(UInt32(samples.count * 2))
        return data + bytes(samples)
    }

    /// The index in `captured` at which exactly these samples begin; nil if they are missing.
    static func find(_ samples: [Int16], in captured: [Float]) -> Int? {
        let integers = captured.map { $0 * 32_768 }
        let expected = samples.map(Float.init)
        guard let first = expected.first, integers.count >= expected.count else { return nil }
        return (0...(integers.count - expected.count)).first { start in
            integers[start] == first && integers[start..<(start + expected.count)].elementsEqual(expected)
        }
    }
}
