extension LabelFile {
    /// The readable part of a label file: its valid lines, and a report of the invalid ones.
    public struct Salvage: Sendable, Equatable {
        /// The labels of the valid lines, in file order.
        public var labels: [Label]
        /// The line number of each label, counted from 1.
        public var lines: [Int]
        /// The invalid lines, in file order.
        public var problems: [LabelProblem]
    }

    /// Reads a file, skipping and reporting every invalid line. O(n) in the file size.
    ///
    /// - Throws: `MusicError.missingFile`, `.unreadableFile`.
    public static func salvage(path: String) throws(MusicError) -> Salvage {
        salvage(data: [UInt8](try InputFile.read(path)))
    }

    /// Reads a file from memory. If the header has no usable column names, the result has one problem and no labels.
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

/// An invalid line of a label file.
public struct LabelProblem: Error, Hashable, Sendable {
    /// A category, for counting problems.
    public enum Kind: String, Sendable, CaseIterable {
        /// The header has no known set of columns, or the file is empty.
        case columns
        /// A field is missing or is not a number.
        case field
        /// The General MIDI program is out of range: 1...128 in MusicNet's column, 0...127 in `program`.
        case instrument
        /// The MIDI note is out of range 0...127.
        case pitch
        /// The note ends before it starts.
        case negativeLength
    }

    /// 1-based.
    public var line: Int
    public var kind: Kind
    /// A clause to end a sentence with, such as "note is 128; it should be 0 to 127".
    public var reason: String
}
