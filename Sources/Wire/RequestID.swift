/// The `id` that matches a response to its request; the response repeats it unchanged.
public enum RequestID: Hashable, Sendable {
    case integer(Int64)
    case number(Double)
    case string(String)
    /// An explicit `null`, also used to answer a request whose id could not be read.
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
            self = .number(try container.decode(Double.self))
        }
    }
}
