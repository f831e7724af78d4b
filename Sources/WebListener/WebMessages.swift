/// A request that has passed all checks.
public struct WebRequest: Sendable, Equatable {
    /// Without the query.
    public var path: String
    /// What follows the first "?"; nil without one.
    public var query: String?

    public init(path: String, query: String? = nil) {
        self.path = path
        self.query = query
    }
}

/// A response, sent with its length, and without caching.
public struct WebResponse: Sendable, Equatable {
    /// 200, 400, 403, 404, 405, 408, 431 or 503.
    public var status: Int
    public var contentType: String
    public var body: [UInt8]
    /// Further header fields.
    public var fields: [(name: String, value: String)] = []

    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// An error, explained in one sentence.
    public static func failure(_ status: Int, _ sentence: String) -> WebResponse {
        WebResponse(status: status, body: Array("\(sentence)\n".utf8))
    }

    public static func == (left: WebResponse, right: WebResponse) -> Bool {
        left.status == right.status && left.contentType == right.contentType && left.body == right.body
            && left.fields.map(\.name) == right.fields.map(\.name)
            && left.fields.map(\.value) == right.fields.map(\.value)
    }
}
