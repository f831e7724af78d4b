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
