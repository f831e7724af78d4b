/// Parses comma-separated rows according to RFC 4180: quoted fields may contain commas, line breaks and doubled quotes.
///
/// A byte order mark and CRLF are accepted, empty lines are skipped, and invalid UTF-8 becomes U+FFFD.
public struct CSVRows {
    public struct Row: Equatable, Sendable {
        /// The 1-based line on which the row starts.
        public var line: Int
        public var fields: [String]
    }

    /// An unterminated quoted field.
    public struct OpenQuote: Error, Equatable {
        public var line: Int
    }

    private let data: [UInt8]
    private var position: Int
    private var line = 1

    private init(_ data: [UInt8]) {
        self.data = data
        position = data.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Parses all rows. O(n) in the number of bytes.
    public static func read(_ data: [UInt8]) throws(OpenQuote) -> [Row] {
        var reader = CSVRows(data)
        var rows: [Row] = []
        while reader.position < data.count {
            let row = try reader.row()
            if row.fields != [""] { rows.append(row) }
        }
        return rows
    }

    private mutating func row() throws(OpenQuote) -> Row {
        var row = Row(line: line, fields: [])
        while true {
            row.fields.append(try field())
            guard position < data.count else { return row }
            let byte = data[position]
            position += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                return row
            }
        }
    }

    /// Reads up to the comma or line feed that ends the field.
    private mutating func field() throws(OpenQuote) -> String {
        let quote = UInt8(ascii: "\"")
        var bytes: [UInt8] = []
        if position < data.count, data[position] == quote {
            let start = line
            position += 1
            while true {
                guard position < data.count else { throw OpenQuote(line: start) }
                let byte = data[position]
                position += 1
                if byte == quote {
                    guard position < data.count, data[position] == quote else { break }
                    position += 1
                } else if byte == UInt8(ascii: "\n") {
                    line += 1
                }
                bytes.append(byte)
            }
        }
        while position < data.count, data[position] != UInt8(ascii: ","), data[position] != UInt8(ascii: "\n") {
            bytes.append(data[position])
            position += 1
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
