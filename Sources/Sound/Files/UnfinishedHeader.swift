/// Corrects the sizes in the headers of uncompressed formats (WAV, RF64, W64, AIFF, AU, CAF) that don't agree with the
/// file.
///
/// A recorder writes the sizes last. If it is killed, the header holds 0 or a placeholder near 2^31 or 2^32, or the
/// planned size. libsndfile reads nothing of the former, and the latter is indistinguishable from a file that was cut
/// off. In all cases, the samples that exist can be played.
enum UnfinishedHeader {
    /// Sizes from here on are placeholders if the file is smaller. `arecord` writes 0x7FFFF000.
    private static let placeholder: UInt64 = 0x7FFF_0000

    /// - Returns: nil for other formats.
    static func examine(_ file: ByteSource) -> FileLayout? {
        if file.has("WAVE", at: 8) {
            if file.has("RIFF", at: 0) { return riff(file, isBig: false) }
            if file.has("RIFX", at: 0) { return riff(file, isBig: true) }
            if file.has("RF64", at: 0) || file.has("BW64", at: 0) { return rf64(file) }
        }
        if file.has("riff", at: 0), file.has("wave", at: 24) { return w64(file) }
        if file.has("FORM", at: 0), file.has("AIFF", at: 8) || file.has("AIFC", at: 8) { return aiff(file) }
        if file.has(".snd", at: 0) || file.has("dns.", at: 0) { return au(file) }
        if file.has("caff", at: 0) { return caf(file) }
        return nil
    }

    /// A chunk of the file: where its contents begin, and how many bytes it claims.
    private struct Chunk {
        var name: String
        /// The offset of the size field.
        var field: Int
        var start: Int
        var claimed: UInt64
    }

    /// The chunks with four-byte names and sizes of `width` bytes, up to the one named `last`.
    private static func chunks(
        _ file: ByteSource, from offset: Int, until last: String, width: Int = 4, isBig: Bool, pads: Bool = true
    ) -> [Chunk] {
        var found: [Chunk] = []
        var offset = offset
        // Real files have only a few chunks before the samples.
        while found.count < 64, let claimed = file.integer(offset + 4, width, bigEndian: isBig) {
            let name = String(decoding: file.bytes(offset, 4), as: UTF8.self)
            let start = offset + 4 + width
            found.append(Chunk(name: name, field: offset + 4, start: start, claimed: claimed))
            guard name != last, claimed < UInt64(file.size) else { break }
            offset = start + Int(claimed) + (pads ? Int(claimed % 2) : 0)
        }
        return found
    }

    /// Whether complete chunks fill the file from `offset` on, so that an empty chunk of samples before them is meant.
    private static func isFilledByChunks(_ file: ByteSource, from offset: Int, width: Int = 4, isBig: Bool) -> Bool {
        var offset = offset
        while offset + 4 + width <= file.size {
            guard file.bytes(offset, 4).allSatisfy({ (0x20..<0x7F).contains($0) }),
                let claimed = file.integer(offset + 4, width, bigEndian: isBig),
                claimed <= UInt64(file.size - offset - 4 - width)
            else { return false }
            offset += 4 + width + Int(claimed) + Int(claimed % 2)
        }
        return offset >= file.size
    }

    /// The bytes of samples that exist, if the claim is wrong; nil if it is right.
    private static func correction(
        _ file: ByteSource, _ data: Chunk, unset: UInt64 = 0, width: Int = 4, isBig: Bool, to layout: inout FileLayout
    ) -> Int? {
        let present = file.size - min(file.size, data.start)
        guard present > 0 else { return nil }
        if data.claimed == 0 || data.claimed == unset {
            guard !isFilledByChunks(file, from: data.start, width: width, isBig: isBig) else { return nil }
        } else if data.claimed <= UInt64(present) {
            return nil
        }
        if data.claimed == 0 || data.claimed == unset || data.claimed >= placeholder {
            layout.warnings.append(
                "its header was never finished (the recorder was interrupted): all \(present) bytes of samples in "
                    + "the file are used")
        } else {
            let claimed = Int(clamping: data.claimed)
            layout.truncation = "it is truncated: it has \(present) of \(claimed) bytes of samples"
        }
        return present
    }

    private static func riff(_ file: ByteSource, isBig: Bool) -> FileLayout {
        var layout = FileLayout(size: file.size)
        let chunks = chunks(file, from: 12, until: "data", isBig: isBig)
        guard let data = chunks.last, data.name == "data",
            let present = correction(file, data, isBig: isBig, to: &layout)
        else { return layout }
        layout.patch(4, UInt64(min(file.size - 8, 0xFFFF_FFFE)), 4, bigEndian: isBig)
        layout.patch(data.field, UInt64(min(present, 0xFFFF_FFFE)), 4, bigEndian: isBig)
        return layout
    }

    private static func rf64(_ file: ByteSource) -> FileLayout {
        var layout = FileLayout(size: file.size)
        let chunks = chunks(file, from: 12, until: "data", isBig: false)
        guard var data = chunks.last, data.name == "data", let sizes = chunks.first(where: { $0.name == "ds64" }),
            let claimed = file.integer(sizes.start + 8, 8)
        else { return layout }
        if data.claimed == 0xFFFF_FFFF || data.claimed == 0 { data.claimed = claimed }
        guard let present = correction(file, data, isBig: false, to: &layout) else { return layout }
        layout.patch(4, 0xFFFF_FFFF, 4)
        layout.patch(data.field, 0xFFFF_FFFF, 4)
        layout.patch(sizes.start, UInt64(file.size - 8), 8)
        layout.patch(sizes.start + 8, UInt64(present), 8)
        return layout
    }

    /// Sony's 64-bit format: chunks have 16-byte identifiers, sizes of 8 bytes that include these 24, and are padded to
    /// multiples of 8.
    private static func w64(_ file: ByteSource) -> FileLayout {
        var layout = FileLayout(size: file.size)
        var offset = 40
        for _ in 0..<64 {
            guard let size = file.integer(offset + 16, 8) else { break }
            if file.has("data", at: offset) {
                let claimed = size < 24 ? 0 : size - 24
                let data = Chunk(name: "data", field: offset + 16, start: offset + 24, claimed: claimed)
                guard let present = correction(file, data, width: 20, isBig: false, to: &layout) else { break }
                layout.patch(16, UInt64(file.size), 8)
                layout.patch(data.field, UInt64(present + 24), 8)
                break
            }
            guard size >= 24, size < UInt64(file.size) else { break }
            offset += (Int(size) + 7) / 8 * 8
        }
        return layout
    }

    private static func aiff(_ file: ByteSource) -> FileLayout {
        var layout = FileLayout(size: file.size)
        let chunks = chunks(file, from: 12, until: "SSND", isBig: true)
        // The samples follow two fields of four bytes.
        guard let last = chunks.last, last.name == "SSND",
            let common = chunks.first(where: { $0.name == "COMM" }),
            let channels = file.integer(common.start, 2, bigEndian: true), channels > 0,
            let bits = file.integer(common.start + 6, 2, bigEndian: true), bits > 0
        else { return layout }
        var data = last
        data.start += 8
        data.claimed = last.claimed <= 8 ? 0 : last.claimed - 8
        guard let present = correction(file, data, isBig: true, to: &layout) else { return layout }
        let frame = Int(channels) * Int((bits + 7) / 8)
        layout.patch(4, UInt64(min(file.size - 8, 0xFFFF_FFFE)), 4, bigEndian: true)
        layout.patch(last.field, UInt64(min(present + 8, 0xFFFF_FFFE)), 4, bigEndian: true)
        layout.patch(common.start + 2, UInt64(min(present / frame, 0xFFFF_FFFE)), 4, bigEndian: true)
        return layout
    }

    private static func au(_ file: ByteSource) -> FileLayout {
        var layout = FileLayout(size: file.size)
        let isBig = file.has(".snd", at: 0)
        guard let start = file.integer(4, 4, bigEndian: isBig), start >= 24, start < UInt64(file.size),
            let claimed = file.integer(8, 4, bigEndian: isBig)
        else { return layout }
        // 0xFFFFFFFF is the format's own value for an unknown size.
        guard claimed != 0xFFFF_FFFF else { return layout }
        let data = Chunk(name: "data", field: 8, start: Int(start), claimed: claimed)
        guard correction(file, data, isBig: isBig, to: &layout) != nil else { return layout }
        layout.patch(8, 0xFFFF_FFFF, 4, bigEndian: isBig)
        return layout
    }

    private static func caf(_ file: ByteSource) -> FileLayout {
        var layout = FileLayout(size: file.size)
        let chunks = chunks(file, from: 8, until: "data", width: 8, isBig: true, pads: false)
        // The samples follow an edit count of four bytes; a size of -1 means that they reach to the end.
        guard let last = chunks.last, last.name == "data", last.claimed != .max else { return layout }
        var data = last
        data.start += 4
        data.claimed = last.claimed <= 4 ? 0 : last.claimed - 4
        guard let present = correction(file, data, width: 8, isBig: true, to: &layout) else { return layout }
        layout.patch(last.field, UInt64(present + 4), 8, bigEndian: true)
        return layout
    }
}
