/// Walks the pages of an Ogg file: finds the streams that follow one another, and what is missing.
///
/// A chained file, such as a recording of internet radio, holds several complete streams, of which libsndfile decodes
/// only the first. Each becomes a part of its own.
enum OggPages {
    private struct Page {
        var isBeginning: Bool
        var isEnd: Bool
        var serial: UInt64
        var sequence: UInt64
        var size: Int
    }

    /// Reads headers only: one read of 300 bytes per page, of which there are about one for each 4 KB.
    static func examine(_ file: ByteSource) -> FileLayout {
        var layout = FileLayout(size: file.size)
        var starts = [0]
        var sequences: [UInt64: UInt64] = [:]
        var (hasData, hasEnd) = (false, false)
        var (missingPages, junk) = (0, 0)
        var offset = 0
        while offset < file.size {
            guard let page = page(file, offset) else {
                guard let next = nextPage(file, from: offset + 1) else {
                    // Tags may follow the end of the last stream.
                    if !hasEnd { layout.damage = "it is cut off in the middle of an Ogg page" }
                    break
                }
                junk += next - offset
                offset = next
                continue
            }
            if page.isBeginning, hasData {
                starts.append(offset)
                sequences.removeAll()
                (hasData, hasEnd) = (false, false)
            }
            if !page.isBeginning { hasData = true }
            if let last = sequences[page.serial], page.sequence > last + 1 {
                missingPages += Int(clamping: page.sequence - last - 1)
            }
            sequences[page.serial] = page.sequence
            hasEnd = hasEnd || page.isEnd
            guard offset + page.size <= file.size else {
                layout.damage = "it is cut off in the middle of an Ogg page"
                break
            }
            offset += page.size
        }
        if missingPages > 0 || junk > 0 {
            let lost = missingPages > 0 ? "\(missingPages) Ogg pages are missing" : "\(junk) bytes are damaged"
            layout.damage = [lost, layout.damage].compactMap(\.self).joined(separator: ", and ")
        } else if !hasEnd, layout.damage == nil {
            layout.warnings.append("its end-of-stream mark is missing: the recorder was interrupted, or it is cut off")
        }
        if starts.count > 1 {
            layout.parts = zip(starts, starts.dropFirst() + [file.size]).map {
                FileLayout.Part(range: $0..<$1, isWhole: false)
            }
        }
        return layout
    }

    private static func page(_ file: ByteSource, _ offset: Int) -> Page? {
        let head = file.bytes(offset, 27 + 255)
        guard head.count >= 27, head.starts(with: "OggS".utf8), head[4] == 0 else { return nil }
        let segments = Int(head[26])
        guard head.count >= 27 + segments else { return nil }
        func word(_ start: Int) -> UInt64 { (0..<4).reduce(0) { $0 | UInt64(head[start + $1]) << (8 * UInt64($1)) } }
        let body = head[27..<27 + segments].reduce(0) { $0 + Int($1) }
        return Page(
            isBeginning: head[5] & 2 != 0, isEnd: head[5] & 4 != 0, serial: word(14), sequence: word(18),
            size: 27 + segments + body)
    }

    private static func nextPage(_ file: ByteSource, from start: Int) -> Int? {
        let mark = Array("OggS".utf8)
        var offset = start
        while offset < file.size {
            let block = file.bytes(offset, 1 << 16)
            guard block.count >= mark.count else { return nil }
            for index in 0...(block.count - mark.count)
            where block[index] == mark[0] && block[index...].starts(with: mark) {
                if page(file, offset + index) != nil { return offset + index }
            }
            offset += block.count - mark.count + 1
        }
        return nil
    }
}
