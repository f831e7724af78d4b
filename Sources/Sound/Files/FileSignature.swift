/// Recognizes by its first bytes what a file really contains if it isn't audio that can be read.
enum FileSignature {
    /// Texts at fixed offsets, each with what it means. The first match counts.
    private static let signatures: [(offset: Int, bytes: String, content: String)] = [
        (4, "ftyp", "AAC or ALAC audio, or video, in an MP4 container"),
        (0, "#!AMR", "AMR audio"), (0, "MAC ", "Monkey's Audio"), (0, "wvpk", "WavPack audio"),
        (0, "TTA1", "True Audio"), (0, "MPCK", "Musepack audio"), (0, "MP+", "Musepack audio"),
        (0, "DSD ", "DSD audio"), (0, "FRM8", "DSD audio"), (0, ".RMF", "RealMedia"), (0, "ADIF", "AAC audio"),
        (0, "MThd", "MIDI, which holds notes and no sound"), (8, "sfbk", "a soundfont"), (8, "AVI ", "AVI video"),
        (8, "RMID", "MIDI, which holds notes and no sound"), (8, "WEBP", "an image"), (0, "FLV\u{1}", "Flash video"),
        (0, "%PDF", "a PDF document"), (1, "PNG", "an image"), (0, "GIF8", "an image"),
        (0, "PK\u{3}\u{4}", "a ZIP archive (compressed MusicXML is one)"), (0, "7z", "an archive"),
        (0, "Rar!", "an archive"), (1, "ELF", "a program"), (0, "BZh", "compressed data"),
    ]

    /// Signatures that aren't text.
    private static let binary: [(bytes: [UInt8], content: String)] = [
        ([0x30, 0x26, 0xB2, 0x75], "Windows Media (ASF)"), ([0x1A, 0x45, 0xDF, 0xA3], "Matroska or WebM"),
        ([0xFF, 0xD8, 0xFF], "an image"), ([0x1F, 0x8B], "gzip-compressed data"),
        ([0xFD, 0x37, 0x7A, 0x58], "xz-compressed data"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd-compressed data"),
        ([0x0B, 0x77], "AC-3 audio"),
    ]

    /// A clause on the content, with the remedy, if it is recognized as something that cannot be read; nil otherwise.
    static func obstacle(_ head: [UInt8]) -> String? {
        if let content = content(head) {
            let isSound = ["audio", "Audio", "video", "media", "Media", "Matroska"].contains { content.contains($0) }
            let remedy = isSound ? "; convert it, for example with 'ffmpeg -i FILE out.flac'" : ""
            return "it contains \(content)\(remedy)"
        }
        if isText(head) { return "it is a text file" }
        if head.allSatisfy({ $0 == 0 }) { return "it contains only zeros" }
        return nil
    }

    private static func content(_ head: [UInt8]) -> String? {
        for (offset, text, content) in signatures
        where head.count >= offset + text.utf8.count && head.dropFirst(offset).starts(with: text.utf8) {
            return content
        }
        for (bytes, content) in binary where head.starts(with: bytes) { return content }
        // ADTS: twelve bits of synchronization, and a layer of 0, which MPEG audio doesn't have.
        if head.count > 2, head[0] == 0xFF, head[1] & 0xF6 == 0xF0 { return "AAC audio (ADTS)" }
        return nil
    }

    /// Whether the bytes are printable text in UTF-8 or a superset of ASCII.
    private static func isText(_ head: [UInt8]) -> Bool {
        !head.contains { $0 < 0x20 && !(9...13).contains($0) || $0 == 0x7F }
            && head.count(where: { $0 >= 0x80 }) < head.count / 4 + 1
    }
}
