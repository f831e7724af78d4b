import Glibc

/// Splits a byte stream into lines, independently of how it is chunked.
///
/// A line ends at `\n`; a preceding `\r` is dropped, and empty lines are skipped. A line longer than the limit is
/// reported once, as soon as it exceeds the limit, and discarded to its end without being stored. A line that is not
/// UTF-8 is reported at its end. Later lines are unaffected in both cases. Data after the last `\n` of the stream is
/// not a line.
///
/// Memory: at most `limit` bytes. Time: O(n) in the number of bytes.
public struct LineAssembler: Sendable {
    /// 4 MiB, enough for a score of 3 MiB in base64. Larger scores must be loaded by path.
    public static let defaultLimit = 4 << 20

    public enum Event: Hashable, Sendable {
        /// A line without its ending: valid UTF-8, not empty.
        case line([UInt8])
        /// A line longer than `longLine` bytes, whose UTF-8 has not been checked: that takes time. For
        /// ``ClientRequest/parse(longLine:)``.
        case longLine([UInt8])
        /// A line that exceeded the limit was discarded.
        case oversize
        /// A line that is not UTF-8 was discarded.
        case invalidUTF8
    }

    /// The maximum line length in bytes, not counting the line ending.
    public let limit: Int
    /// The length above which a line is reported as ``Event/longLine(_:)``.
    public let longLine: Int
    /// Whether the beginning of a line waits for the rest.
    public var hasPartialLine: Bool { isSkipping || !partial.isEmpty }
    /// Whether that beginning is already longer than ``longLine``.
    public var hasPartialLongLine: Bool { partial.count > longLine }
    private var partial: [UInt8] = []
    private var isSkipping = false

    public init(limit: Int = LineAssembler.defaultLimit, longLine: Int = .max) {
        self.limit = max(limit, 1)
        self.longLine = longLine
    }

    /// Appends the next bytes of the stream and returns the events they complete, in order.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> [Event] {
        append(Array(bytes))
    }

    /// Appends the next bytes of the stream and returns the events they complete, in order.
    public mutating func append(_ bytes: [UInt8]) -> [Event] {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends the next bytes of the stream and returns the events they complete, in order.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) -> [Event] {
        var events: [Event] = []
        var rest = bytes
        while let start = rest.baseAddress, let newline = memchr(start, Int32(UInt8(ascii: "\n")), rest.count) {
            let length = start.distance(to: newline)
            extend(with: UnsafeRawBufferPointer(rebasing: rest[..<length]), into: &events)
            finishLine(into: &events)
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        extend(with: rest, into: &events)
        return events
    }

    private mutating func extend(with part: UnsafeRawBufferPointer, into events: inout [Event]) {
        guard !isSkipping else { return }
        let count = part.count
        // A carriage return before the newline belongs to the ending and does not count against the limit. One at the
        // end of a chunk may be such a carriage return.
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
        if partial.count > longLine {
            events.append(.longLine(partial))
        } else {
            events.append(Self.isText(partial) ? .line(partial) : .invalidUTF8)
        }
    }

    /// Whether `line` is valid UTF-8. O(n), without a copy.
    static func isText(_ line: [UInt8]) -> Bool {
        do {
            _ = try UTF8Span(validating: line.span)
            return true
        } catch {
            return false
        }
    }
}
