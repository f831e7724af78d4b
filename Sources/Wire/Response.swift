/// Encodes the daemon's answer to one request as a line, including the newline.
public enum Response {
    /// - Parameter result: the method's result; `EmptyResult` if it has none.
    public static func success(id: RequestID, _ result: some JSONWritable) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("id", id)
        writer.member("result", result)
        writer.endObject()
        writer.newline()
        return writer.bytes
    }

    public static func failure(id: RequestID, _ error: ResponseError) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("id", id)
        writer.member("error", error)
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}

/// The result `{}` of a method that returns no data.
public struct EmptyResult: JSONWritable, Decodable, Hashable {
    public init() {}

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.endObject()
    }
}
