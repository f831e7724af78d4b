import Following
import Foundation

/// Note templates on disk, so that a score with known instruments is ready at once.
///
/// A file for each soundfont (by path) and program holds all pitches measured so far: a line with the format, a line of
/// JSON, then powers as 32-bit floats. A file is ignored and rewritten if it belongs to another soundfont or another
/// version of it, or is damaged. Files are replaced as a whole. A folder that is not writable is not an error: nothing
/// is stored.
public struct TemplateCache: Sendable {
    private static let format = "noted.templates 1\n"
    /// The greatest length of a valid header, in bytes.
    private static let longestHeader = 65_536
    /// The greatest size of a valid file, in bytes; 128 pitches of about 20 kB fit.
    private static let longestFile = 8 << 20

    private struct Header: Codable {
        var fingerprint: String
        var program: Int
        var ages: [Int]
        var bands: Int
        var release: Float
        var pitches: [Int]
        var checksum: UInt64
    }

    /// Created when the first file is written.
    public let folder: String

    public init(folder: String) {
        self.folder = folder
    }

    /// The default cache: "templates" in a service's $CACHE_DIRECTORY, or else "noted/templates" in $XDG_CACHE_HOME or
    /// ~/.cache. Nil if the environment defines none of them.
    public init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func absolute(_ name: String) -> String? {
            guard let value = environment[name], value.hasPrefix("/") else { return nil }
            return value
        }
        // systemd passes a list to a unit with several folders.
        if let service = absolute("CACHE_DIRECTORY")?.split(separator: ":").first {
            folder = "\(service)/templates"
        } else if let cache = absolute("XDG_CACHE_HOME") ?? absolute("HOME").map({ $0 + "/.cache" }) {
            folder = cache + "/noted/templates"
        } else {
            return nil
        }
    }

    func path(_ sounds: NoteSounds, program: Int) -> String {
        let name = String(Self.checksum(Array(sounds.origin.utf8)), radix: 16)
        return "\(folder)/\(name)-\(program)"
    }

    /// The stored templates of a program; nil if there are none that can be used.
    func read(_ sounds: NoteSounds, program: Int, table: TemplateAges, bands: Int) -> TemplateSheet? {
        let url = URL(fileURLWithPath: path(sounds, program: program))
        guard let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= Self.longestFile,
            let data = try? Data(contentsOf: url), data.starts(with: Self.format.utf8)
        else { return nil }
        let rest = data.dropFirst(Self.format.utf8.count)
        guard let end = rest.prefix(Self.longestHeader).firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONDecoder().decode(Header.self, from: rest[..<end]),
            header.fingerprint == sounds.fingerprint, header.program == program, header.ages == table.hops,
            header.bands == bands, header.release.isFinite, header.release > 0
        else { return nil }
        let bytes = Array(rest[(end + 1)...])
        let noteSize = table.count * bands
        guard bytes.count == header.pitches.count * noteSize * 4, Self.checksum(bytes) == header.checksum else {
            return nil
        }
        var notes: [Int: [Float]] = [:]
        for (index, pitch) in header.pitches.enumerated() {
            let part = bytes[(index * noteSize * 4)..<((index + 1) * noteSize * 4)]
            let powers = part.withUnsafeBytes { raw in
                (0..<noteSize).map {
                    Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
                }
            }
            guard (0..<128).contains(pitch), powers.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
            notes[pitch] = powers
        }
        return TemplateSheet(release: header.release, notes: notes)
    }

    /// Stores the templates of a program in place of its previous ones.
    func write(_ sheet: TemplateSheet, of sounds: NoteSounds, program: Int, table: TemplateAges, bands: Int) {
        let pitches = sheet.notes.keys.sorted()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pitches.count * table.count * bands * 4)
        for pitch in pitches {
            for power in sheet.notes[pitch] ?? [] {
                withUnsafeBytes(of: power.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        let header = Header(
            fingerprint: sounds.fingerprint, program: program, ages: table.hops, bands: bands, release: sheet.release,
            pitches: pitches, checksum: Self.checksum(bytes))
        guard let line = try? JSONEncoder().encode(header) else { return }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let data = Data(Self.format.utf8) + line + Data("\n".utf8) + Data(bytes)
        try? data.write(to: URL(fileURLWithPath: path(sounds, program: program)), options: .atomic)
    }

    /// FNV-1a over words of eight bytes, then over the remaining bytes.
    private static func checksum(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let prime: UInt64 = 0x100_0000_01b3
        bytes.withUnsafeBytes { raw in
            let words = raw.count / 8
            for index in 0..<words {
                let word = raw.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
                hash = (hash ^ UInt64(littleEndian: word)) &* prime
            }
            for byte in raw.dropFirst(8 * words) { hash = (hash ^ UInt64(byte)) &* prime }
        }
        return hash
    }
}
