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
