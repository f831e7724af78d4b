/// Converts raw interleaved frames to interleaved floats.
///
/// Samples that are not finite or more than 80 dB above full scale, which no converter delivers, are replaced by 0 and
/// counted.
struct SampleDecoder: Sendable {
    let format: StreamFormat

    /// 80 dB above full scale: larger values are not audio.
    static let limit: Float = 10_000

    /// Decodes `count` frames from `bytes` to the front of `floats`. Allocates nothing and accepts any alignment.
    ///
    /// - Parameters:
    ///   - bytes: at least `count * format.frameBytes` bytes.
    ///   - floats: at least `count * format.channels` samples.
    /// - Returns: the number of samples replaced by 0, over all channels.
    func decode(_ bytes: UnsafeRawPointer, count: Int, into floats: UnsafeMutablePointer<Float>) -> Int {
        switch format.sample {
        case .u8: each(bytes, count, floats) { Float(Int32($0.load(as: UInt8.self)) - 128) / 128 }
        case .s8: each(bytes, count, floats) { Float($0.load(as: Int8.self)) / 128 }
        case .s16le:
            each(bytes, count, floats) { Float(Int16(littleEndian: $0.loadUnaligned(as: Int16.self))) / 32_768 }
        case .s16be: each(bytes, count, floats) { Float(Int16(bigEndian: $0.loadUnaligned(as: Int16.self))) / 32_768 }
        case .s24le: each(bytes, count, floats) { Self.signed24($0, low: 0, middle: 1, high: 2) }
        case .s24be: each(bytes, count, floats) { Self.signed24($0, low: 2, middle: 1, high: 0) }
        case .s24in32le:
            // The top byte is padding and may hold anything.
            each(bytes, count, floats) {
                Float((Int32(littleEndian: $0.loadUnaligned(as: Int32.self)) << 8) >> 8) / 8_388_608
            }
        case .s32le:
            each(bytes, count, floats) { Float(Int32(littleEndian: $0.loadUnaligned(as: Int32.self))) / 2_147_483_648 }
        case .s32be:
            each(bytes, count, floats) { Float(Int32(bigEndian: $0.loadUnaligned(as: Int32.self))) / 2_147_483_648 }
        case .f32le:
            each(bytes, count, floats) { Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
        case .f32be:
            each(bytes, count, floats) { Float(bitPattern: UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self))) }
        case .f64le:
            each(bytes, count, floats) {
                Float(Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))))
            }
        case .f64be:
            each(bytes, count, floats) {
                Float(Double(bitPattern: UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))))
            }
        }
    }

    @inline(__always)
    private static func signed24(_ at: UnsafeRawPointer, low: Int, middle: Int, high: Int) -> Float {
        let bits =
            UInt32(at.load(fromByteOffset: low, as: UInt8.self)) << 8
            | UInt32(at.load(fromByteOffset: middle, as: UInt8.self)) << 16
            | UInt32(at.load(fromByteOffset: high, as: UInt8.self)) << 24
        return Float(Int32(bitPattern: bits) >> 8) / 8_388_608
    }

    @inline(__always)
    private func each(
        _ bytes: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>,
        _ sample: (UnsafeRawPointer) -> Float
    ) -> Int {
        let stride = format.sample.bytes
        var position = bytes
        var bad = 0
        for index in 0..<count * format.channels {
            let value = sample(position)
            // False for NaN as well.
            let isGood = abs(value) <= Self.limit
            floats[index] = isGood ? value : 0
            bad += isGood ? 0 : 1
            position += stride
        }
        return bad
    }
}
