/// The `error` member of a JSON-RPC response.
public struct ResponseError: Error, Hashable, Sendable {
    /// JSON-RPC's own codes, and this protocol's (-32000 and below).
    public enum Code: Int, CaseIterable, Sendable {
        /// The line is not valid JSON, or not UTF-8.
        case parse = -32700
        /// The line is JSON but not a JSON-RPC 2.0 request; batches are included.
        case invalidRequest = -32600
        case unknownMethod = -32601
        case invalidParameters = -32602
        /// An internal error of the daemon.
        case internalError = -32603
        /// The daemon does not support scores; sent by older daemons only.
        case scoreUnsupported = -32000
        /// The model could not be loaded; the previous one stays in use.
        case modelNotLoaded = -32001
        /// The source could not be opened; the previous one stays in use.
        case sourceNotOpened = -32002
        /// The line is longer than `LineAssembler.defaultLimit`.
        case lineTooLong = -32003
        /// The peer may read but not control the daemon.
        case notPermitted = -32004
        /// The daemon is starting or stopping; retry later.
        case unavailable = -32005
        /// The score could not be loaded; the previous one stays in use.
        case scoreNotLoaded = -32006
        /// The request needs a score, but none is loaded.
        case noScore = -32007
        /// A newer request of the same kind replaced this one before it was done.
        case superseded = -32008
        /// The model works at A4 = 440 Hz only.
        case notTunable = -32009
        /// The configuration could not be reloaded; the previous one stays in force.
        case configurationNotLoaded = -32010
    }

    /// A `Code`'s raw value, or a value added by a newer daemon.
    public var code: Int
    /// One sentence that names the offending value and says what to do.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code.rawValue
        self.message = message
    }

    /// The code if this version of the protocol knows it.
    public var knownCode: Code? { Code(rawValue: code) }

    public static func lineTooLong(limit: Int) -> ResponseError {
        ResponseError(
            .lineTooLong,
            "the line is longer than \(limit) bytes and was skipped; load a large score by path")
    }

    public static let invalidUTF8 = ResponseError(
        .parse, "the line is not valid UTF-8 and was skipped; send JSON in UTF-8, one object per line")

    public static let stopping = ResponseError(.unavailable, "the daemon is stopping; retry after it has restarted")

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
