import Foundation
import Music

/// A file's format, detected from its content.
enum ScoreFormat: Equatable {
    case midi
    /// XML in any encoding.
    case xml
    /// A ZIP archive.
    case archive
    case kern
    /// An unsupported format; the clause describes it and what to do.
    case other(String)

    static let supported = "MIDI, MusicXML (.musicxml, .xml, .mxl) and **kern"

    init(_ data: Data) {
        let head = [UInt8](data.prefix(4096))
        func starts(_ text: String, at offset: Int = 0) -> Bool {
            head.dropFirst(offset).starts(with: Array(text.utf8))
        }
        if MIDIContainer.holdsMIDI(head) {
            self = .midi
        } else if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            self = .archive
        } else if Self.looksLikeXML(head) {
            self = .xml
        } else if Self.looksLikeKern(head) {
            self = .kern
        } else {
            self = .other(Self.guess(head))
        }
    }

    private static func looksLikeXML(_ head: [UInt8]) -> Bool {
        // UTF-16 or UTF-8, with or without a byte order mark: "<" is the first significant byte.
        let marks: Set<UInt8> = [0xEF, 0xBB, 0xBF, 0xFE, 0xFF, 0x00, 0x20, 0x09, 0x0A, 0x0D]
        return head.first { !marks.contains($0) } == UInt8(ascii: "<")
    }

    private static func looksLikeKern(_ head: [UInt8]) -> Bool {
        let text = String(decoding: head, as: UTF8.self)
        // A byte order mark decodes to a character, which is not part of the first word.
        if text.contains("**kern") || text.hasPrefix("!!") || text.hasPrefix("\u{FEFF}!!") { return true }
        return text.split(whereSeparator: \.isNewline).prefix(3).contains { $0.hasPrefix("!!!") || $0.hasPrefix("**") }
    }

    private static let lilyPond =
        "it is LilyPond source: add \\midi { } to its \\score block, run lilypond, and use the MIDI file"

    private static let signatures: [(bytes: [UInt8], offset: Int, meaning: String)] = [
        (Array("%PDF".utf8), 0, "it is a PDF: open the score in a notation program and export it as MusicXML"),
        (Array("%!PS".utf8), 0, "it is PostScript: open the score in a notation program and export it as MusicXML"),
        ([0x89, 0x50, 0x4E, 0x47], 0, "it is an image: use a MusicXML, MIDI or **kern file"),
        ([0xFF, 0xD8, 0xFF], 0, "it is an image: use a MusicXML, MIDI or **kern file"),
        (Array("WAVE".utf8), 8, "it is a recording, not a score"),
        (Array("fLaC".utf8), 0, "it is a recording, not a score"),
        (Array("OggS".utf8), 0, "it is a recording, not a score"),
        (Array("ID3".utf8), 0, "it is a recording, not a score"),
        ([0xFF, 0xFB], 0, "it is a recording, not a score"),
        ([0x1F, 0x8B], 0, "it is compressed with gzip: decompress it first"),
        (Array("ENIGMA".utf8), 0, "it is a Finale document: open it in Finale and export it as MusicXML"),
        (
            [0x0F] + Array("SIBELIUS".utf8), 0,
            "it is a Sibelius document: open it in Sibelius and export it as MusicXML"
        ),
        (Array("FICHIER GUITAR PRO".utf8), 1, "it is a Guitar Pro document: export it as MusicXML"),
        (Array("BCF".utf8), 0, "it is a Guitar Pro document: export it as MusicXML"),
        (Array("\\version".utf8), 0, lilyPond),
        (Array("\\header".utf8), 0, lilyPond),
        (Array("X:".utf8), 0, "it is ABC notation, which is converted from a file only: load it by its path"),
        (Array("%abc".utf8), 0, "it is ABC notation, which is converted from a file only: load it by its path"),
        (Array("start_time,".utf8), 0, "it is a label file, not a score"),
        (Array("start_s,".utf8), 0, "it is a label file, not a score"),
    ]

    private static func guess(_ head: [UInt8]) -> String {
        guard !head.isEmpty else { return "it is empty" }
        for (bytes, offset, meaning) in signatures where head.dropFirst(offset).starts(with: bytes) { return meaning }
        let shown = head.prefix(12).map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
        return "it starts with '\(shown)', which is not a supported format: use \(supported)"
    }
}
