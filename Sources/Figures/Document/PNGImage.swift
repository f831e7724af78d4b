import CZlib
import Foundation

/// Encodes an image of up to 256 colours as PNG (ISO/IEC 15948: colour type 3, eight bits, no interlacing).
struct PNGImage {
    let width: Int
    let height: Int
    /// Red, green and blue of each colour; 1 to 256 colours.
    let palette: [(UInt8, UInt8, UInt8)]
    /// Indices into `palette`, row by row from the top.
    let pixels: [UInt8]

    var data: [UInt8] {
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        Self.append("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [8, 3, 0, 0, 0], to: &bytes)
        Self.append("PLTE", palette.flatMap { [$0.0, $0.1, $0.2] }, to: &bytes)
        Self.append("IDAT", Self.compressed(rows), to: &bytes)
        Self.append("IEND", [], to: &bytes)
        return bytes
    }

    /// Each row is preceded by filter type 0 (none).
    private var rows: [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity((width + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows += pixels[row * width..<(row + 1) * width]
        }
        return rows
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var count = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(count))
        // This can fail only for lack of memory or buffer space, and the buffer is large enough.
        guard compress2(&result, &count, bytes, uLong(bytes.count), 9) == Z_OK else { return [] }
        return Array(result[..<Int(count)])
    }

    private static func append(_ type: String, _ content: [UInt8], to bytes: inout [UInt8]) {
        let body = Array(type.utf8) + content
        bytes += bigEndian(content.count) + body + bigEndian(Int(crc32(0, body, uInt(body.count))))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
