/// How the bytes of an audio file are presented to the decoder: corrected where the header is wrong, and divided into
/// streams that are decoded one after another.
struct FileLayout {
    /// Bytes to replace, by offset in the file.
    struct Patch {
        var offset: Int
        var bytes: [UInt8]
    }

    /// A stream to decode, as a range of the file.
    struct Part {
        var range: Range<Int>
        /// Whether the range, rather than the whole file, must be given to the decoder.
        var isWhole: Bool
    }

    var patches: [Patch] = []
    var parts: [Part]
    /// What is wrong although all audio that exists can be read: a clause each.
    var warnings: [String] = []
    /// That the header claims more samples than the file has: a clause; nil if it doesn't.
    var truncation: String?
    /// What is certainly missing from the file: a clause; nil if nothing is.
    var damage: String?

    init(size: Int) { parts = [Part(range: 0..<size, isWhole: true)] }

    /// Replaces `count` bytes at `offset` by an integer.
    mutating func patch(_ offset: Int, _ value: UInt64, _ count: Int, bigEndian: Bool = false) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        patches.append(Patch(offset: offset, bytes: bigEndian ? bytes.reversed() : bytes))
    }

    /// Examines a file, whatever its format.
    static func examine(_ file: ByteSource) -> FileLayout {
        if let layout = UnfinishedHeader.examine(file) { return layout }
        if file.has("OggS", at: 0) { return OggPages.examine(file) }
        return MPEGFrames.examine(file) ?? FileLayout(size: file.size)
    }
}
