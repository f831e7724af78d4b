/// The `id` that matches a response to its request; the response repeats it unchanged.
public enum RequestID: Hashable, Sendable {
    case integer(Int64)
    /// Any other number, as it was written: "1.50", "1e400" or an integer beyond 64 bits.
    case number(String)
    case string(String)
    /// An explicit `null`, also used to answer a request whose id could not be read.
    case null

    /// The longest id of a request, in bytes of JSON. Every request under way keeps its id in memory.
    static let limit = 4096

    /// The id of a request; nil for anything other than a string, a number or null.
    init?(_ text: JSONText) {
        if text.isNull {
            self = .null
        } else if let number = text.number {
            // An integer is kept as a number only if it would be written in the same way.
            let integer = Int64(number)
            self = integer.map(String.init) == number ? .integer(integer ?? 0) : .number(number)
        } else if let string = text.string {
            self = .string(string)
        } else {
            return nil
        }
    }
}

extension RequestID: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .integer(let value): writer.integer(value)
        case .number(let text): writer.number(text: text)
        case .string(let value): writer.string(value)
        case .null: writer.null()
        }
    }
}

extension RequestID: Decodable {
    /// For clients, which know their own ids: a number that is not an integer is read in double precision.
    ///
    /// - Throws: `DecodingError` for anything other than a string, a number or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else {
            self = .number(try container.decode(Double.self).description)
        }
    }
}
