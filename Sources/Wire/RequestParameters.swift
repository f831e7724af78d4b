/// Reads and checks the `params` of one request.
struct RequestParameters {
    let method: Command.Method
    /// Nil where the request had no `params`.
    let container: KeyedDecodingContainer<CodingKeys>?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case topics, path, name, method, repeats, beat, measure, pass, label, source
        case data = "data_base64"
        case positionRate = "position_rate"
    }

    /// - Throws: `invalidParameters`, naming what is missing or wrong.
    func command() throws(ResponseError) -> Command {
        switch method {
        case .subscribe: try subscription()
        case .unsubscribe: .unsubscribe(try topics(ifAbsent: Set(Topic.allCases)))
        case .status: .status
        case .ping: .ping
        case .scoreLoad: .scoreLoad(try score(), try scoreOptions())
        case .scoreUnload: .scoreUnload
        case .followStart: .followStart
        case .followPause: .followPause
        case .followResume: .followResume
        case .followGoto: .followGoto(try place())
        case .modelLoad: .modelLoad(path: try path())
        case .sourceSelect: .sourceSelect(try text(.source))
        }
    }

    private func subscription() throws(ResponseError) -> Command {
        guard has(.positionRate) else { return .subscribe(try topics(ifAbsent: nil)) }
        guard let rate = value(Double.self, .positionRate), Self.rates.contains(rate) else {
            throw refusal(
                "position_rate is how many positions a second are wanted at most: a number from 0 (every hop) to "
                    + "\(Int(Self.rates.upperBound))")
        }
        return .subscribe(try topics(ifAbsent: []), positionRate: rate)
    }

    /// Positions a second that may be asked for.
    private static let rates = 0.0...1000.0

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

    private func scoreOptions() throws(ResponseError) -> Command.ScoreOptions {
        Command.ScoreOptions(
            method: has(.method) ? try text(.method) : nil, repeats: has(.repeats) ? try text(.repeats) : nil)
    }

    private func place() throws(ResponseError) -> Command.ScorePlace {
        guard [has(.beat), has(.measure), has(.label)].count(where: { $0 }) == 1 else {
            throw refusal("give exactly one of beat, measure and label")
        }
        if has(.label) { return .label(try text(.label)) }
        if has(.measure) {
            return .measure(try measure(), pass: has(.pass) ? try pass() : nil)
        }
        guard let beat = value(Double.self, .beat), beat.isFinite else { throw refusal("beat must be a number") }
        return .beat(beat)
    }

    private func measure() throws(ResponseError) -> String {
        if let number = value(Int.self, .measure) { return String(number) }
        guard let text = value(String.self, .measure), !text.isEmpty, !text.utf8.contains(0) else {
            throw refusal("measure must be a whole number, or a text such as \"12a\"")
        }
        return text
    }

    private func pass() throws(ResponseError) -> Int {
        guard let pass = value(Int.self, .pass), pass >= 1 else {
            throw refusal("pass says which playing of the measure is meant: a whole number from 1")
        }
        return pass
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
