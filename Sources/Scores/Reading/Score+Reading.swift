import Foundation
import Music

extension Score {
    /// The maximum size of a score file in bytes.
    static let sizeLimit = 1 << 30

    /// Reads a score from disk: MIDI, MusicXML, compressed MusicXML or **kern. The content, not the name, determines
    /// the format. Documents of MuseScore and ABC notation are converted by MuseScore and abc2midi if these are
    /// installed, which takes seconds.
    ///
    /// Damaged and unknown parts are skipped with a warning. The order of play is the written one; see
    /// ``unfolded(_:)``.
    /// - Throws: `ScoreError`.
    public init(path: String) throws(ScoreError) {
        try self.init(path: path, programs: ScoreConverter.searchPath())
    }

    /// - Parameter programs: the directories in which programs that convert documents are looked for.
    init(path: String, programs: [String]) throws(ScoreError) {
        let data = try Self.contents(path)
        guard let kind = ScoreConverter.kind(of: data) else {
            try self.init(data: data, name: path)
            return
        }
        let converted = try ScoreConverter.convert(path, kind: kind, directories: programs)
        var sheet = try Self.sheet(converted.data, name: path)
        sheet.warnings.insert(converted.remark, at: 0)
        try self.init(checking: sheet, name: path)
    }

    /// Reads a score from memory.
    ///
    /// Never traps on any input.
    /// - Parameter name: identifies the file in messages.
    /// - Throws: `ScoreError.badScore`, `.noNotes`.
    public init(data: Data, name: String) throws(ScoreError) {
        try self.init(checking: Self.sheet(data, name: name), name: name)
    }

    private static func sheet(_ data: Data, name: String) throws(ScoreError) -> Sheet {
        guard data.count <= sizeLimit else {
            throw .badScore(name: name, reason: "it is larger than \(sizeLimit >> 20) MB")
        }
        switch ScoreFormat(data) {
        case .midi: return try midiSheet(data, name: name)
        case .xml: return try MusicXMLReader.read(data, name: name)
        case .archive: return try MusicXMLReader.read(CompressedScore.unpack(data, name: name), name: name)
        case .kern: return try KernReader.read(data, name: name)
        case .other(let reason): throw .badScore(name: name, reason: reason)
        }
    }

    /// Converts a MIDI file to a score.
    ///
    /// - Throws: `ScoreError.noNotes`.
    public init(_ file: MIDIFile, name: String) throws(ScoreError) {
        var reader = MIDIScoreReader(file)
        try self.init(checking: reader.read(), name: name)
    }

    private init(checking sheet: Sheet, name: String) throws(ScoreError) {
        self.init(sheet)
        guard notes.contains(where: { !parts[$0.part].isPercussion }) else { throw .noNotes(name: name) }
    }

    private static func midiSheet(_ data: Data, name: String) throws(ScoreError) -> Sheet {
        do {
            var reader = MIDIScoreReader(try MIDIFile(data: [UInt8](data), name: name))
            return reader.read()
        } catch {
            if case MusicError.badMIDI(_, let reason) = error { throw .badScore(name: name, reason: reason) }
            throw .badScore(name: name, reason: "\(error)")
        }
    }

    private static func contents(_ path: String) throws(ScoreError) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingFile(path: path)
        }
        guard !isDirectory.boolValue else { throw .unreadableFile(path: path, reason: "it is a directory") }
        do {
            // Not mapped: if another program truncates a mapped file, reading it kills this process with SIGBUS.
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .unreadableFile(
                path: path,
                reason: FileManager.default.isReadableFile(atPath: path)
                    ? error.localizedDescription : "permission denied")
        }
    }
}
