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
