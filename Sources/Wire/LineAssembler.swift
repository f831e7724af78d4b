/// Cuts a stream of bytes into lines, whatever the sizes in which it arrives.
///
/// A line ends at `\n`; a `\r` before it is dropped, and empty lines are skipped. A line that grows beyond the limit
/// is reported once, at the moment it does, and skipped to its end without being stored; one that is not UTF-8 is
/// reported when it ends. Either way the lines after it arrive unharmed. What is left after the last `\n` when the
/// stream ends is no line.
///
/// Memory: at most `limit` bytes. Time: linear in the bytes given.
public struct LineAssembler: Sendable {
    /// 4 MiB: a score of 3 MiB as base64. Larger ones go by path.
    public static let defaultLimit = 4 << 20

    public enum Event: Hashable, Sendable {
        /// Without its line ending; valid UTF-8, not empty.
        case line([UInt8])
        /// A line beyond the limit has been dropped.
        case oversize
        /// A line that is not UTF-8 has been dropped.
        case invalidUTF8
    }

    /// The longest line accepted, in bytes, its ending not counted.
    public let limit: Int
    private var partial: [UInt8] = []
    private var isSkipping = false

    public init(limit: Int = LineAssembler.defaultLimit) {
        self.limit = max(limit, 1)
    }

    /// Takes the next bytes of the stream and returns what they complete, in order.
    public mutating func append(_ bytes: some BidirectionalCollection<UInt8>) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            extend(with: rest[..<newline], into: &events)
            finishLine(into: &events)
            rest = rest[rest.index(after: newline)...]
        }
        extend(with: rest, into: &events)
        return events
    }

    private mutating func extend(with part: some BidirectionalCollection<UInt8>, into events: inout [Event]) {
        guard !isSkipping else { return }
        let count = part.count
        // A carriage return before the newline is part of the ending, and doesn't count against the limit; one that
        // ends a chunk may turn out to be such a one.
        let room = limit - partial.count + ((part.last ?? partial.last) == UInt8(ascii: "\r") ? 1 : 0)
        guard count <= room else {
            partial = []
            isSkipping = true
            events.append(.oversize)
            return
        }
        partial.append(contentsOf: part)
    }

    private mutating func finishLine(into events: inout [Event]) {
        defer {
            partial.removeAll(keepingCapacity: partial.capacity <= 64 << 10)
            isSkipping = false
        }
        guard !isSkipping else { return }
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        guard !partial.isEmpty else { return }
        let isText = String(validating: partial, as: UTF8.self) != nil
        events.append(isText ? .line(partial) : .invalidUTF8)
    }
}
