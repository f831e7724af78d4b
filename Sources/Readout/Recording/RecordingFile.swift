import Music

/// The MIDI file of a recording, written again and again while the recording grows.
///
/// Each time the file is replaced as a whole, so that it is readable at any moment: if the disk fills up or the program
/// is killed, the notes of the last complete write remain. A device or a pipe is written once, at the end.
public struct RecordingFile {
    public let path: String
    /// The number of notes in the file.
    public private(set) var savedNotes = 0
    /// Why the newest attempt failed; nil if it succeeded.
    public private(set) var failure: MusicError?
    private let isReplaceable: Bool

    public init(path: String) {
        self.path = path
        isReplaceable = OutputFile.isFile(path)
    }

    /// Writes an unfinished recording, if it has grown. Remembers a failure, which the next attempt may remedy.
    ///
    /// - Parameter notes: in order of onset.
    /// - Returns: whether this is the first failure after a success.
    mutating func update(_ notes: [Note]) -> Bool {
        guard isReplaceable, notes.count != savedNotes else { return false }
        let failedBefore = failure != nil
        try? finish(notes)
        return failure != nil && !failedBefore
    }

    /// Writes the recording.
    ///
    /// - Parameter notes: in order of onset.
    /// - Throws: `MusicError.cannotWrite`; `savedNotes` still counts the notes in the file.
    public mutating func finish(_ notes: [Note]) throws(MusicError) {
        do throws(MusicError) {
            try MIDIFile(notes: notes, name: "noted").write(to: path)
            (savedNotes, failure) = (notes.count, nil)
        } catch {
            failure = error
            throw error
        }
    }
}
