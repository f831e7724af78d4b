import Foundation
import Music

/// One MIDI file that clips can be cut from.
struct RenderSource: Sendable {
    /// Folder as given, with the licence its pieces are under.
    struct Folder: Hashable, Sendable {
        var path: String
        var licence: String
    }

    /// Path of the file.
    var path: String
    /// The folder's last component and the path within it: what the manifest says, and what folds go by.
    var name: String
    var licence: String
    var duration: Double
    var isStrict: Bool

    /// Which of ten parts a piece belongs to: FNV-1a of its name, modulo 10. It depends on nothing but the name, so a piece that is held
    /// back stays held back when others are added.
    static func fold(of name: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // The low bits of FNV-1a see little of the first bytes.
        return Int((hash ^ (hash >> 32)) % 10)
    }
}

/// The MIDI files of some folders, read once to learn what they hold.
struct RenderCatalogue: Sendable {
    /// Sorted by name.
    let sources: [RenderSource]
    /// A sentence for each file that was left out.
    let warnings: [String]
    private static let suffixes: Set<String> = ["mid", "midi", "kar", "rmi"]
    /// Seconds. A piece shorter than this makes no clip.
    private static let shortest = 5.0
    /// Seconds. A longer piece isn't drawn more often than one of this length.
    private static let longest = 600.0

    /// Reads all MIDI files below the folders (or named themselves).
    ///
    /// - Parameters:
    ///   - withoutFold: leaves out the pieces of this fold, 0...9.
    ///   - onlyFold: leaves out all others.
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
                        warnings.append("'\(path)' holds less than \(Int(Self.shortest)) s of notes: skipped.")
                        continue
                    }
                    sources.append(
                        RenderSource(
                            path: path, name: name, licence: folder.licence, duration: performance.duration,
                            isStrict: performance.isStrict))
                } catch {
                    warnings.append("\(error) It is skipped.")
                }
            }
        }
        self.sources = sources.sorted { $0.name < $1.name }
        self.warnings = warnings
        guard !sources.isEmpty else {
            throw .nothingToRender("no usable MIDI file in \(folders.map { "'\($0.path)'" }.joined(separator: ", "))")
        }
    }

    /// A piece at random, longer ones more often; nil if there is none of that kind.
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
