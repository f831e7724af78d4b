/// The `id` with which a client tells its requests apart; the response carries it back unchanged.
public enum RequestID: Hashable, Sendable {
    case integer(Int64)
    case number(Double)
    case string(String)
    /// An explicit `null`, which is also what an answer to an unreadable request carries.
    case null
}

extension RequestID: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .integer(let value): writer.integer(value)
        case .number(let value): writer.number(value)
        case .string(let value): writer.string(value)
        case .null: writer.null()
        }
    }
}

extension RequestID: Decodable {
    /// - Throws: `DecodingError` for anything but a string, a number or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }
}
