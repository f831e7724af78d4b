import Music

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One line from the daemon, as parsed by a client.
public enum ServerLine: Hashable, Sendable {
    case message(ServerMessage)
    /// The answer to a request; the requester decodes `result`.
    case response(id: RequestID, Result<JSONValue, ResponseError>)
    /// A notification unknown to this version, to be ignored.
    case unknown(method: String)

    /// Parses one line, without its newline.
    /// - Throws: `WireError` if the line does not follow the protocol.
    public static func parse(_ line: [UInt8]) throws(WireError) -> ServerLine {
        do {
            return try JSONDecoder().decode(ServerEnvelope.self, from: Data(line)).line
        } catch {
            throw WireError(line: line, reason: error)
        }
    }
}

/// A line that does not follow the protocol.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(line: [UInt8], reason: any Error) {
        let start = excerpt(String(decoding: line.prefix(200), as: UTF8.self))
        var detail = "it is not valid JSON"
        if case DecodingError.keyNotFound(let key, _) = reason { detail = "'\(key.stringValue)' is missing" }
        if case DecodingError.typeMismatch(_, let context) = reason { detail = Self.place(context) }
        if case DecodingError.valueNotFound(_, let context) = reason { detail = Self.place(context) }
        if case DecodingError.dataCorrupted(let context) = reason, !context.codingPath.isEmpty {
            detail = Self.place(context)
        }
        description = "invalid line '\(start)' from the server: \(detail); check that the socket belongs to noted"
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "it is not a JSON object" : "'\(path)' has an invalid value"
    }
}

extension JSONValue {
    /// Decodes the value as a type of the protocol, such as `Status`.
    /// - Throws: `WireError` if the value does not have that shape.
    public func decoded<T: Decodable>(as type: T.Type) throws(WireError) -> T {
        var writer = JSONWriter(capacity: 4096)
        write(to: &writer)
        do {
            return try JSONDecoder().decode(type, from: Data(writer.bytes))
        } catch {
            throw WireError(line: writer.bytes, reason: error)
        }
    }
}

private struct ServerEnvelope: Decodable {
    let line: ServerLine

    enum CodingKeys: String, CodingKey {
        case method, params, id, result, error
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let name = try container.decodeIfPresent(String.self, forKey: .method) {
            guard let method = ServerMessage.Method(rawValue: name) else {
                line = .unknown(method: name)
                return
            }
            line = .message(try Self.message(method, in: container))
            return
        }
        let id = try container.decode(RequestID.self, forKey: .id)
        if container.contains(.error) {
            line = .response(id: id, .failure(try container.decode(ResponseError.self, forKey: .error)))
        } else {
            line = .response(id: id, .success(try container.decode(JSONValue.self, forKey: .result)))
        }
    }

    private static func message(
        _ method: ServerMessage.Method, in container: KeyedDecodingContainer<CodingKeys>
    ) throws -> ServerMessage {
        func params<T: ServerNotification>(_ type: T.Type = T.self) throws -> T {
            try container.decode(type, forKey: .params)
        }
        func checked<T: ServerNotification>(_ notes: (T) -> [Int]) throws -> T {
            let value = try params(T.self)
            guard notes(value).allSatisfy(Pitch.range.contains) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .params, in: container, debugDescription: "a note number is outside 0...127")
            }
            return value
        }
        return switch method {
        case .hello: .hello(try params())
        case .noteOn: .noteOn(try checked { [$0.note] })
        case .noteOff: .noteOff(try checked { [$0.note] })
        case .missed: .missed(try checked { [$0.note] })
        case .resync: .resync(try checked { $0.active })
        case .score: .score(try params())
        case .position: .position(try params())
        case .followState: .followState(try params())
        case .jump: .jump(try params())
        case .sourceState: .sourceState(try params())
        case .discontinuity: .discontinuity(try params())
        case .tuning: .tuning(try params())
        case .level: .level(try params())
        case .activations: .activations(try params())
        case .overload: .overload(try params())
        case .bye: .bye(try params())
        }
    }
}
