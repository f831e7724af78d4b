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
