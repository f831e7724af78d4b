/// The places where a MIDI file may be within a file.
public enum MIDIContainer {
    /// The length of the header that MacBinary puts before a file.
    private static let macBinary = 128

    /// Whether a file is MIDI, by its first bytes.
    ///
    /// - Parameter head: the first 256 bytes or more.
    public static func holdsMIDI(_ head: some Collection<UInt8>) -> Bool {
        let head = Array(head.prefix(256))
        let start = contents(of: head).lowerBound
        return isName("MThd", at: start, in: head) || isRIFF(head)
    }

    /// The bytes that are MIDI: all, the data chunk of a RIFF file, or what follows a MacBinary header or zeros.
    public static func contents(of data: [UInt8]) -> Range<Int> {
        if isRIFF(data) { return riffData(data) ?? 0..<data.count }
        if data.first == 0, isName("MThd", at: macBinary, in: data) {
            // The header has the length of the file, which is padded to a multiple of 128 bytes.
            let length = data[83..<87].reduce(0) { $0 << 8 | Int($1) }
            let end = macBinary + length
            return macBinary..<(length >= 14 && end <= data.count ? end : data.count)
        }
        let zeros = data.prefix { $0 == 0 }.count
        return isName("MThd", at: zeros, in: data) ? zeros..<data.count : 0..<data.count
    }

    private static func isRIFF(_ data: [UInt8]) -> Bool {
        isName("RIFF", at: 0, in: data) && isName("RMID", at: 8, in: data)
    }

    /// The contents of the chunk "data", which other chunks may precede and follow.
    private static func riffData(_ data: [UInt8]) -> Range<Int>? {
        var at = 12
        while at + 8 <= data.count {
            let length = data[at + 4..<at + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let start = at + 8
            if isName("data", at: at, in: data) {
                // A wrong length must not cut off tracks.
                return start..<(start + length <= data.count && length >= 14 ? start + length : data.count)
            }
            // Chunks have an even length.
            at = start + length + length % 2
        }
        return nil
    }

    private static func isName(_ name: String, at index: Int, in data: [UInt8]) -> Bool {
        data.dropFirst(index).starts(with: name.utf8)
    }
}
