import Foundation
import Music

/// A MIDI file from which excerpts can be drawn.
struct RenderSource: Sendable {
    /// An input folder or file, with the licence of its pieces.
    struct Folder: Hashable, Sendable {
        var path: String
        var licence: String
    }

    /// Path of the file.
    var path: String
    /// The last component of the folder's path, and the path within the folder. It identifies the piece in the
    /// manifest and determines its fold.
    var name: String
    var licence: String
    var duration: Double
    var isStrict: Bool

    /// The fold of a piece, 0...9: a hash of its name (FNV-1a) modulo 10. It depends only on the name, so a piece
    /// stays in its fold when others are added.
    static func fold(of name: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // The low bits of FNV-1a depend little on the first bytes.
        return Int((hash ^ (hash >> 32)) % 10)
    }
}

/// The MIDI files of the input folders, read once to classify them.
struct RenderCatalogue: Sendable {
    /// Sorted by name.
    let sources: [RenderSource]
    /// One sentence for each file that was skipped.
    let warnings: [String]
    private static let suffixes: Set<String> = ["mid", "midi", "kar", "rmi"]
    /// Minimum duration of a piece, in seconds.
    private static let shortest = 5.0
    /// Pieces longer than this, in seconds, are not drawn more often than a piece of this duration.
    private static let longest = 600.0

    /// Reads all MIDI files of the folders.
    ///
    /// - Parameters:
    ///   - withoutFold: a fold to exclude, 0...9.
    ///   - onlyFold: the only fold to include.
    /// - Throws: `RenderingError.missingInput`, `.nothingToRender`.
    init(folders: [RenderSource.Folder], withoutFold: Int?, onlyFold: Int?) throws(RenderingError) {
        var sources: [RenderSource] = []
        var warnings: [String] = []
        for folder in folders {
            for (path, name) in try Self.files(below: folder.path) {
                let fold = RenderSource.fold(of: name)
                if fold == withoutFold || (onlyFold ?? fold) != fold { continue }
                do {
                    let performance = Piece(MIDIPerformance(try MIDIFile(path: path)))
                    guard performance.duration >= Self.shortest else {
                        warnings.append("'\(path)' is shorter than \(Int(Self.shortest)) s and is skipped.")
                        continue
                    }
                    sources.append(
                        RenderSource(
                            path: path, name: name, licence: folder.licence, duration: performance.duration,
                            isStrict: performance.isStrict))
                } catch {
                    warnings.append("\(error) The file is skipped.")
                }
            }
        }
        self.sources = sources.sorted { $0.name < $1.name }
        self.warnings = warnings
        guard !sources.isEmpty else {
            throw .nothingToRender("no usable MIDI file in \(folders.map { "'\($0.path)'" }.joined(separator: ", "))")
        }
    }

    /// Draws a piece in proportion to its duration; nil if there is none of that kind.
    func draw(strict: Bool, random: inout RenderRandom) -> RenderSource? {
        random.choose(sources.filter { $0.isStrict == strict }.map { ($0, min($0.duration, Self.longest)) })
    }

    private static func files(below path: String) throws(RenderingError) -> [(path: String, name: String)] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingInput(path: path, reason: "there is no such file or folder")
        }
        let last = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        guard isDirectory.boolValue else { return [(path, last)] }
        guard let walk = FileManager.default.enumerator(atPath: path) else {
            throw .missingInput(path: path, reason: "the folder cannot be listed")
        }
        return walk.compactMap { $0 as? String }
            .filter { suffixes.contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }
            .sorted().map { (path + "/" + $0, last + "/" + $0) }
    }
}
