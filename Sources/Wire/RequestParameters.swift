/// Reads and checks the `params` of one request.
struct RequestParameters {
    let method: Command.Method
    /// Nil where the request had no `params`.
    let container: KeyedDecodingContainer<CodingKeys>?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case topics, path, name, beat, measure, label, source
        case data = "data_base64"
    }

    /// - Throws: `invalidParameters`, naming what is missing or wrong.
    func command() throws(ResponseError) -> Command {
        switch method {
        case .subscribe: .subscribe(try topics(ifAbsent: nil))
        case .unsubscribe: .unsubscribe(try topics(ifAbsent: Set(Topic.allCases)))
        case .status: .status
        case .ping: .ping
        case .scoreLoad: .scoreLoad(try score())
        case .scoreUnload: .scoreUnload
        case .followStart: .followStart
        case .followPause: .followPause
        case .followResume: .followResume
        case .followGoto: .followGoto(try place())
        case .modelLoad: .modelLoad(path: try path())
        case .sourceSelect: .sourceSelect(try text(.source))
        }
    }

    private func topics(ifAbsent everything: Set<Topic>?) throws(ResponseError) -> Set<Topic> {
        let valid = Topic.allCases.map(\.rawValue).joined(separator: ", ")
        if let everything, !has(.topics) { return everything }
        guard let names = value([String].self, .topics) else {
            throw refusal("topics must be a list of names out of \(valid)")
        }
        var topics: Set<Topic> = []
        for name in names {
            guard let topic = Topic(rawValue: name) else {
                throw refusal("there is no topic '\(excerpt(name))'; there are \(valid)")
            }
            topics.insert(topic)
        }
        return topics
    }

    private func score() throws(ResponseError) -> Command.ScoreSource {
        guard has(.path) != has(.data) else {
            throw refusal("give either path, or name and data_base64")
        }
        if has(.path) { return .path(try path()) }
        let name = try text(.name)
        guard let bytes = Base64.decode(try text(.data)) else {
            throw refusal("data_base64 is not base64 with padding")
        }
        return .data(name: name, bytes: bytes)
    }

    private func place() throws(ResponseError) -> Command.ScorePlace {
        guard [has(.beat), has(.measure), has(.label)].count(where: { $0 }) == 1 else {
            throw refusal("give exactly one of beat, measure and label")
        }
        if has(.label) { return .label(try text(.label)) }
        if has(.measure) {
            guard let measure = value(Int.self, .measure) else { throw refusal("measure must be a whole number") }
            return .measure(measure)
        }
        guard let beat = value(Double.self, .beat), beat.isFinite else { throw refusal("beat must be a number") }
        return .beat(beat)
    }

    private func path() throws(ResponseError) -> String {
        let path = try text(.path)
        // The daemon's working directory is not the client's: a relative path would name another file.
        guard path.hasPrefix("/") else {
            throw refusal("path must be absolute, and '\(excerpt(path))' is not")
        }
        return path
    }

    private func text(_ key: CodingKeys) throws(ResponseError) -> String {
        guard let text = value(String.self, key), !text.isEmpty, !text.utf8.contains(0) else {
            throw refusal("\(key.rawValue) must be a text that is not empty")
        }
        return text
    }

    private func has(_ key: CodingKeys) -> Bool {
        container?.contains(key) ?? false
    }

    private func value<T: Decodable>(_ type: T.Type, _ key: CodingKeys) -> T? {
        try? container?.decode(type, forKey: key)
    }

    private func refusal(_ reason: String) -> ResponseError {
        ResponseError(.invalidParameters, "\(method.rawValue): \(reason)")
    }
}
