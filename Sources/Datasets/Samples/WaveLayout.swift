import Foundation

/// The location and format of the samples in a RIFF/WAVE file, from its chunk headers.
public struct WaveLayout: Sendable, Equatable {
    public enum Coding: Sendable, Equatable {
        /// 16-bit integers.
        case int16
        /// 32-bit floats, full scale ±1.
        case float32
        /// Any other format: the format tag and bits per sample.
        case other(tag: Int, bits: Int)
    }

    public var coding: Coding
    public var channels: Int
    /// In Hz.
    public var rate: Int
    /// The byte range of the samples that are present in the file.
    public var samples: Range<Int>
    /// The size of the samples according to the header. Recorders write 0, or a value near 2^31 or 2^32, before they
    /// know the size: then this is the number of bytes present.
    public var claimedBytes: Int
    /// Whether the header holds such a value.
    public var isUnfinished: Bool

    /// Whether the file ends before its samples do.
    public var isTruncated: Bool { claimedBytes > samples.count }

    /// Reads the chunks before the samples; nil if the file is not RIFF/WAVE, lacks a format or data chunk, or cannot
    /// be read.
    public init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let end = try? handle.seekToEnd(), let size = Int(exactly: end) else { return nil }
        self.init(size: size) { offset, count in
            guard (try? handle.seek(toOffset: UInt64(offset))) != nil,
                let data = try? handle.read(upToCount: count), data.count == count
            else { return nil }
            return [UInt8](data)
        }
    }

    /// Like `init(path:)`, for a file of `size` bytes accessed by `read`; the search ends if `read` returns nil.
    public init?(size: Int, read: (_ offset: Int, _ count: Int) -> [UInt8]?) {
        guard let head = read(0, 12), head[0..<4].elementsEqual("RIFF".utf8), head[8..<12].elementsEqual("WAVE".utf8)
        else { return nil }
        var format: [UInt8]?
        var offset = 12
        // Real files have only a few chunks before the samples.
        for _ in 0..<64 {
            guard let chunk = read(offset, 8) else { return nil }
            let claimed = Self.number(chunk[4..<8])
            let body = offset + 8
            if chunk[0..<4].elementsEqual("fmt ".utf8) {
                guard claimed >= 16 else { return nil }
                format = read(body, min(claimed, 40))
            } else if chunk[0..<4].elementsEqual("data".utf8) {
                guard let format else { return nil }
                self.init(format: format, body: body, size: size, claimed: claimed)
                return
            }
            offset = body + claimed + claimed % 2
        }
        return nil
    }

    private init(format: [UInt8], body: Int, size: Int, claimed: Int) {
        let bits = Self.number(format[14..<16])
        var tag = Self.number(format[0..<2])
        // WAVE_FORMAT_EXTENSIBLE keeps the tag in the first bytes of a GUID.
        if tag == 0xFFFE, format.count >= 26 { tag = Self.number(format[24..<26]) }
        switch (tag, bits) {
        case (1, 16): coding = .int16
        case (3, 32): coding = .float32
        default: coding = .other(tag: tag, bits: bits)
        }
        channels = Self.number(format[2..<4])
        rate = Self.number(format[4..<8])
        let present = max(0, size - body)
        let isCredible = claimed > 0 && (claimed < 0x7FFF_0000 || claimed <= present)
        isUnfinished = !isCredible && present > 0
        samples = body..<body + (isCredible ? min(claimed, present) : present)
        claimedBytes = isCredible ? claimed : present
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
