#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An invalid line from a client, and the error to answer with.
public struct RefusedRequest: Error, Hashable, Sendable {
    /// The id to answer with; nil for a notification, which is never answered.
    public var id: RequestID?
    public var error: ResponseError

    public init(id: RequestID?, error: ResponseError) {
        self.id = id
        self.error = error
    }
}

extension ClientRequest {
    /// Parses one line, without its newline.
    ///
    /// Unknown members are ignored. Parameters are named; batches are rejected, so that each line has one answer.
    /// - Throws: the error to answer with. Its id is `null` if the line's own id could not be read.
    public static func parse(_ line: [UInt8]) throws(RefusedRequest) -> ClientRequest {
        if line.first(where: { !Self.isSpace($0) }) == UInt8(ascii: "[") {
            throw RefusedRequest(
                id: .null, error: .init(.invalidRequest, "batches are not supported; send one request per line"))
        }
        let envelope: RequestEnvelope
        do {
            envelope = try JSONDecoder().decode(RequestEnvelope.self, from: Data(line))
        } catch DecodingError.typeMismatch {
            throw RefusedRequest(
                id: .null, error: .init(.invalidRequest, "a request must be a JSON object, such as \(Self.example)"))
        } catch {
            throw RefusedRequest(
                id: .null,
                error: .init(.parse, "the line is not valid JSON; send one object per line, such as \(Self.example)")
            )
        }
        return try envelope.outcome.get()
    }

    private static let example = #"{"jsonrpc":"2.0","id":1,"method":"status"}"#

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

/// A partly decoded request. Decoding throws only if the line is not a JSON object.
///
/// Each method decodes only the parameters it needs, so large unknown members are scanned but never stored.
private struct RequestEnvelope: Decodable {
    let outcome: Result<ClientRequest, RefusedRequest>

    enum CodingKeys: String, CodingKey {
        case jsonrpc, id, method, params
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var id: RequestID?
        if container.contains(.id) {
            guard let given = try? container.decode(RequestID.self, forKey: .id) else {
                outcome = .failure(
                    .init(id: .null, error: .init(.invalidRequest, "id must be a string, a number or null")))
                return
            }
            id = given
        }
        do throws(ResponseError) {
            outcome = .success(ClientRequest(id: id, try Self.command(in: container)))
        } catch {
            // JSON-RPC requires an answer to an invalid request even if it has no id.
            let isRequest = error.knownCode != .invalidRequest
            outcome = .failure(.init(id: isRequest ? id : id ?? .null, error: error))
        }
    }

    private static func command(
        in container: KeyedDecodingContainer<CodingKeys>
    ) throws(ResponseError) -> Command {
        guard (try? container.decode(String.self, forKey: .jsonrpc)) == "2.0" else {
            throw ResponseError(.invalidRequest, #"the member "jsonrpc":"2.0" is missing"#)
        }
        guard let name = try? container.decode(String.self, forKey: .method) else {
            throw ResponseError(.invalidRequest, #"the member "method" is missing or not a string"#)
        }
        guard let method = Command.Method(rawValue: name) else {
            let known = Command.Method.allCases.map(\.rawValue).joined(separator: ", ")
            throw ResponseError(.unknownMethod, "unknown method '\(excerpt(name))'; the methods are \(known)")
        }
        guard container.contains(.params) else {
            return try RequestParameters(method: method, container: nil).command()
        }
        guard let params = try? container.nestedContainer(keyedBy: RequestParameters.CodingKeys.self, forKey: .params)
        else {
            throw ResponseError(.invalidParameters, "\(name): params must be an object with named members")
        }
        return try RequestParameters(method: method, container: params).command()
    }
}

/// The start of untrusted text, for an error message.
func excerpt(_ text: String) -> String {
    text.count > 60 ? text.prefix(60) + "..." : text
}
