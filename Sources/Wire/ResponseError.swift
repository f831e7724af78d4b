/// Why a request was refused: the `error` member of a JSON-RPC response.
public struct ResponseError: Error, Hashable, Sendable {
    /// JSON-RPC's own codes, then this protocol's (-32000 and below).
    public enum Code: Int, CaseIterable, Sendable {
        /// The line is no JSON, or not even UTF-8.
        case parse = -32700
        /// The line is JSON, and no JSON-RPC 2.0 request; batches count among these.
        case invalidRequest = -32600
        case unknownMethod = -32601
        case invalidParameters = -32602
        /// A mistake of the daemon's own.
        case internalError = -32603
        /// The daemon follows no scores: from older daemons alone.
        case scoreUnsupported = -32000
        /// The model was not taken; the one before it goes on.
        case modelNotLoaded = -32001
        /// The source was not opened; the one before it goes on.
        case sourceNotOpened = -32002
        /// The line is longer than `LineAssembler.defaultLimit`.
        case lineTooLong = -32003
        /// The peer may listen, but not change anything.
        case notPermitted = -32004
        /// The daemon is starting or stopping; ask again later.
        case unavailable = -32005
        /// The score was not taken; the one before it goes on.
        case scoreNotLoaded = -32006
        /// There is no score to do that in.
        case noScore = -32007
        /// A newer request of the same kind came before this one was done; the newest counts.
        case superseded = -32008
    }

    /// A `Code`'s raw value, or a number that a newer daemon has added.
    public var code: Int
    /// One sentence that names the offending value and says what to do.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code.rawValue
        self.message = message
    }

    /// The code, where this version of the protocol knows it.
    public var knownCode: Code? { Code(rawValue: code) }

    public static func lineTooLong(limit: Int) -> ResponseError {
        ResponseError(
            .lineTooLong,
            "the line is longer than \(limit) bytes and was skipped; give a large score by its path")
    }

    public static let invalidUTF8 = ResponseError(
        .parse, "the line is not valid UTF-8 and was skipped; send JSON in UTF-8, one object a line")

    public static let stopping = ResponseError(.unavailable, "the daemon is stopping; ask again when it is back")

    public static let noScore = ResponseError(
        .noScore, "no score is loaded; load one with score.load (notectl load FILE)")
}

extension ResponseError: CustomStringConvertible {
    public var description: String { message }
}

extension ResponseError: JSONWritable, Decodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", code)
        writer.member("message", message)
        writer.endObject()
    }

    enum CodingKeys: String, CodingKey {
        case code, message
    }
}
