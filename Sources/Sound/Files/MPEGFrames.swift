/// Counts the frames of an MPEG audio file (MP3) and corrects a header that claims fewer.
///
/// An MP3 file may begin with a frame that states how many frames follow (Xing, Info or VBRI). libmpg123 believes it
/// and stops there.
enum MPEGFrames {
    struct Header {
        /// Bytes of the frame.
        var size: Int
        /// Samples of the frame, per channel.
        var samples: Int
        var rate: Int
        /// What must agree between the frames of a file: version, layer and rate.
        var kind: UInt32

        /// - Returns: nil if the bytes aren't a frame's header.
        init?(_ word: UInt32) {
            guard word >> 21 == 0x7FF else { return nil }
            let (version, layer) = (Int(word >> 19 & 3), Int(word >> 17 & 3))
            let (bits, frequency) = (Int(word >> 12 & 15), Int(word >> 10 & 3))
            guard version != 1, layer != 0, bits != 0, bits != 15, frequency != 3 else { return nil }
            let isFirst = version == 3
            rate = [44_100, 48_000, 32_000][frequency] >> (isFirst ? 0 : version == 2 ? 1 : 2)
            // In the field, 3 is layer I, 2 is layer II, and 1 is layer III.
            let kilobits =
                switch (isFirst, layer) {
                case (true, 3): bits * 32
                case (true, 2): [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384][bits]
                case (true, _): [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320][bits]
                case (false, 3): [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256][bits]
                case (false, _): [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160][bits]
                }
            samples = layer == 3 ? 384 : layer == 1 && !isFirst ? 576 : 1152
            let padding = Int(word >> 9 & 1)
            size =
                layer == 3 ? (12_000 * kilobits / rate + padding) * 4 : samples / 8 * 1000 * kilobits / rate + padding
            kind = word & 0xFFFE_0C00
        }
    }

    /// Reads the file's frame headers: all of its bytes, in blocks.
    ///
    /// - Returns: nil if it isn't an MPEG audio file.
    static func examine(_ file: ByteSource) -> FileLayout? {
        var reader = Reader(file)
        let start = reader.skipTags()
        guard let first = reader.header(start), let second = reader.header(start + first.size),
            second.kind == first.kind
        else { return nil }
        var layout = FileLayout(size: file.size)
        var count = 0
        var offset = start
        while offset + 4 <= file.size {
            if let header = reader.header(offset), header.kind == first.kind {
                // The last frame may be cut off.
                if offset + header.size <= file.size { count += 1 }
                offset += header.size
            } else {
                guard let next = reader.resynchronize(offset + 1, first.kind) else { break }
                offset = next
            }
        }
        guard let (field, claimed) = claim(file, start, first) else { return layout }
        // The frame that makes the claim isn't counted in it, but some encoders count it.
        let actual = count - 1
        let seconds = { (frames: Int) in
            (Double(frames * first.samples) / Double(first.rate) * 10).rounded() / 10
        }
        if claimed < actual {
            layout.patch(field, UInt64(actual), 4, bigEndian: true)
            layout.warnings.append(
                "its header claims \(seconds(claimed)) s, but it has \(seconds(actual)) s: all of it is used")
        } else if claimed > actual + 1 {
            layout.truncation = "it is truncated: it has \(seconds(actual)) of \(seconds(claimed)) s"
        }
        return layout
    }

    /// The offset of the frame count in the first frame, and its value; nil if the frame states none.
    private static func claim(_ file: ByteSource, _ start: Int, _ header: Header) -> (field: Int, count: Int)? {
        let frame = file.bytes(start, min(header.size, 192))
        for name in ["Xing", "Info"] {
            for index in 4..<max(5, frame.count - 12) where frame[index...].starts(with: name.utf8) {
                guard let flags = file.integer(start + index + 4, 4, bigEndian: true), flags & 1 != 0,
                    let count = file.integer(start + index + 8, 4, bigEndian: true)
                else { return nil }
                return (start + index + 8, Int(count))
            }
        }
        guard frame.count > 54, frame[36...].starts(with: "VBRI".utf8),
            let count = file.integer(start + 50, 4, bigEndian: true)
        else { return nil }
        return (start + 50, Int(count))
    }

    /// Buffered access to a file's bytes in ascending order.
    private struct Reader {
        private let file: ByteSource
        private var block: [UInt8] = []
        private var origin = 0

        init(_ file: ByteSource) { self.file = file }

        /// The offset after all ID3v2 tags.
        func skipTags() -> Int {
            var offset = 0
            while file.has("ID3", at: offset) {
                let size = file.bytes(offset + 6, 4)
                guard size.count == 4 else { break }
                let footer = (file.bytes(offset + 5, 1).first ?? 0) & 0x10 != 0 ? 10 : 0
                offset += 10 + footer + size.reduce(0) { $0 << 7 | Int($1 & 0x7F) }
            }
            // Padding may follow.
            while offset > 0, offset < file.size, file.bytes(offset, 1) == [0] { offset += 1 }
            return offset
        }

        mutating func header(_ offset: Int) -> Header? {
            if offset < origin || offset + 4 > origin + block.count {
                block = file.bytes(offset, 1 << 16)
                origin = offset
            }
            let index = offset - origin
            guard index >= 0, index + 4 <= block.count else { return nil }
            let bytes = block[index..<index + 4]
            return Header(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        }

        /// The offset of the next two frames of `kind` in a row; nil if there are none.
        mutating func resynchronize(_ start: Int, _ kind: UInt32) -> Int? {
            for offset in start..<max(start, file.size - 3) {
                if let found = header(offset), found.kind == kind, header(offset + found.size)?.kind == kind {
                    return offset
                }
            }
            return nil
        }
    }
}
