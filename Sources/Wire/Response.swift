/// The daemon's answer to one request, as a line, newline included.
public enum Response {
    /// - Parameter result: what the method promises; `EmptyResult` where it promises nothing.
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

/// The answer `{}` of a method that has nothing to say but that it was done.
public struct EmptyResult: JSONWritable, Decodable, Hashable {
    public init() {}

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.endObject()
    }
}
