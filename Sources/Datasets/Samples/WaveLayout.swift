import Foundation

/// Where the samples of a RIFF/WAVE file lie and how they are coded, from its chunks alone.
public struct WaveLayout: Sendable, Equatable {
    public enum Coding: Sendable, Equatable {
        /// 16-bit integers.
        case int16
        /// 32-bit floats, full scale ±1.
        case float32
        /// Any other; the format tag and the bits of a sample.
        case other(tag: Int, bits: Int)
    }

    public var coding: Coding
    public var channels: Int
    /// Hertz.
    public var rate: Int
    /// The bytes of the samples that are in the file.
    public var samples: Range<Int>
    /// The bytes that the header claims. 0 and 2^31 - 1 or more are what recorders write before they know better: then
    /// these are the bytes that are there.
    public var claimedBytes: Int

    /// Whether the file ends before its samples do.
    public var isTruncated: Bool { claimedBytes > samples.count }

    /// Reads the chunks in front of the samples; nil if the file is no RIFF/WAVE file, or lacks its two chunks, or cannot
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

    /// The same for bytes that are fetched by `read` from a file of `size` bytes; nil from it ends the search.
    public init?(size: Int, read: (_ offset: Int, _ count: Int) -> [UInt8]?) {
        guard let head = read(0, 12), head[0..<4].elementsEqual("RIFF".utf8), head[8..<12].elementsEqual("WAVE".utf8)
        else { return nil }
        var format: [UInt8]?
        var offset = 12
        // Real files have a handful of chunks before the samples.
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
        let there = max(0, size - body)
        let isCredible = claimed > 0 && claimed < 0x7FFF_FFFF
        samples = body..<body + (isCredible ? min(claimed, there) : there)
        claimedBytes = isCredible ? claimed : there
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
