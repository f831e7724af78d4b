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
    /// The members of a request.
    private enum Member: String { case jsonrpc, id, method, params }

    /// Parses one line of valid UTF-8, without its newline.
    ///
    /// Unknown members are ignored; large ones are skipped and never stored. Parameters are named; batches are
    /// rejected, so that each line has one answer. O(n) in the length of the line, without recursion.
    /// - Throws: the error to answer with. Its id is `null` if the line's own id could not be read.
    public static func parse(_ line: [UInt8]) throws(RefusedRequest) -> ClientRequest {
        if line.first(where: { !Self.isSpace($0) }) == UInt8(ascii: "[") {
            throw RefusedRequest(
                id: .null, error: .init(.invalidRequest, "batches are not supported; send one request per line"))
        }
        guard let text = JSONText(line) else {
            throw RefusedRequest(
                id: .null,
                error: .init(.parse, "the line is not valid JSON; send one object per line, such as \(Self.example)")
            )
        }
        guard let members = text.members(Member.self) else {
            throw RefusedRequest(
                id: .null, error: .init(.invalidRequest, "a request must be a JSON object, such as \(Self.example)"))
        }
        let id = try Self.id(members[.id])
        do throws(ResponseError) {
            return ClientRequest(id: id, try Self.command(members))
        } catch {
            // JSON-RPC requires an answer to an invalid request even if it has no id.
            let isRequest = error.knownCode != .invalidRequest
            throw RefusedRequest(id: isRequest ? id : id ?? .null, error: error)
        }
    }

    /// Parses a ``LineAssembler/Event/longLine(_:)``, whose UTF-8 is checked here.
    /// - Throws: as ``parse(_:)``.
    public static func parse(longLine line: [UInt8]) throws(RefusedRequest) -> ClientRequest {
        guard LineAssembler.isText(line) else { throw RefusedRequest(id: .null, error: .invalidUTF8) }
        return try parse(line)
    }

    private static func id(_ text: JSONText?) throws(RefusedRequest) -> RequestID? {
        guard let text else { return nil }
        guard text.count <= RequestID.limit else {
            let reason = "id is \(text.count) bytes long, and the maximum is \(RequestID.limit)"
            throw RefusedRequest(id: .null, error: .init(.invalidRequest, reason))
        }
        guard let id = RequestID(text) else {
            throw RefusedRequest(
                id: .null, error: .init(.invalidRequest, "id must be a string, a number or null"))
        }
        return id
    }

    private static func command(_ members: [Member: JSONText]) throws(ResponseError) -> Command {
        guard members[.jsonrpc]?.string == "2.0" else {
            throw ResponseError(.invalidRequest, #"the member "jsonrpc":"2.0" is missing"#)
        }
        guard let name = members[.method]?.string else {
            throw ResponseError(.invalidRequest, #"the member "method" is missing or not a string"#)
        }
        guard let method = Command.Method(rawValue: name) else {
            let known = Command.Method.allCases.map(\.rawValue).joined(separator: ", ")
            throw ResponseError(.unknownMethod, "unknown method '\(excerpt(name))'; the methods are \(known)")
        }
        guard let params = members[.params] else {
            return try RequestParameters(method: method, members: [:]).command()
        }
        guard let named = params.members(RequestParameters.Key.self) else {
            throw ResponseError(.invalidParameters, "\(name): params must be an object with named members")
        }
        return try RequestParameters(method: method, members: named).command()
    }

    private static let example = #"{"jsonrpc":"2.0","id":1,"method":"status"}"#

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

/// The start of untrusted text, for an error message. O(1) in the length of the text.
func excerpt(_ text: String) -> String {
    let start = text.unicodeScalars.prefix(61)
    return start.count > 60 ? String(String.UnicodeScalarView(start.dropLast())) + "..." : text
}
