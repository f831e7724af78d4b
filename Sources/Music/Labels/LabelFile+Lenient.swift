extension LabelFile {
    /// What is left of a label file when the lines that make no sense are passed over.
    public struct Salvage: Sendable, Equatable {
        /// The labels that could be read, in the order of the file.
        public var labels: [Label]
        /// The line of each of `labels`, counting from 1.
        public var lines: [Int]
        /// The lines that could not be read, in order.
        public var problems: [LabelProblem]
    }

    /// Reads a file and reports every bad line instead of stopping at the first one. Linear in its size.
    ///
    /// - Throws: `MusicError.missingFile`, `.unreadableFile`.
    public static func salvage(path: String) throws(MusicError) -> Salvage {
        salvage(data: [UInt8](try InputFile.read(path)))
    }

    /// The same from memory. Without usable column names there is one problem and no label.
    public static func salvage(data: [UInt8]) -> Salvage {
        var parser = LabelParser(data: data)
        parser.isLenient = true
        do {
            let labels = try parser.parse()
            return Salvage(labels: labels, lines: parser.lines, problems: parser.problems)
        } catch {
            return Salvage(labels: [], lines: [], problems: parser.problems + [error])
        }
    }
}

/// A line of a label file that cannot be understood.
public struct LabelProblem: Error, Hashable, Sendable {
    /// What is wrong with the line, for those who count.
    public enum Kind: String, Sendable, CaseIterable {
        /// The first line names no columns that are known, or there is no line.
        case columns
        /// A field is missing or no number.
        case field
        /// No General MIDI program: 1...128 in MusicNet's column, 0...127 in `program`.
        case instrument
        /// No MIDI note, 0...127.
        case pitch
        /// The note ends before it begins.
        case negativeLength
    }

    /// Counts from 1.
    public var line: Int
    public var kind: Kind
    /// The end of a sentence, such as "note is 128; it should be 0 to 127".
    public var reason: String
}
