import Music

/// Decodes and validates the `params` of one request.
struct RequestParameters {
    let method: Command.Method
    /// The parameters that the request gave.
    let members: [Key: JSONText]

    enum Key: String {
        case topics, path, name, method, repeats, beat, measure, pass, label, source, a4
        case data = "data_base64"
        case positionRate = "position_rate"
    }

    /// - Throws: `invalidParameters`, naming the missing or invalid parameter.
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
        case .tuningSet: .tuningSet(a4: try tuning())
        case .configReload: .configReload
        }
    }

    private func subscription() throws(ResponseError) -> Command {
        guard has(.positionRate) else { return .subscribe(try topics(ifAbsent: nil)) }
        guard let rate = value(Double.self, .positionRate), Self.rates.contains(rate) else {
            throw invalid(
                "position_rate must be a number from 0 (every hop) to \(Int(Self.rates.upperBound)): the maximum "
                    + "number of positions per second")
        }
        return .subscribe(try topics(ifAbsent: []), positionRate: rate)
    }

    /// Valid values of `position_rate`, in positions per second.
    private static let rates = 0.0...1000.0

    private func topics(ifAbsent everything: Set<Topic>?) throws(ResponseError) -> Set<Topic> {
        let valid = Topic.allCases.map(\.rawValue).joined(separator: ", ")
        if let everything, !has(.topics) { return everything }
        guard let names = value([String].self, .topics) else {
            throw invalid("topics must be a list of names from \(valid)")
        }
        var topics: Set<Topic> = []
        for name in names {
            guard let topic = Topic(rawValue: name) else {
                throw invalid("unknown topic '\(excerpt(name))'; the topics are \(valid)")
            }
            topics.insert(topic)
        }
        return topics
    }

    private func score() throws(ResponseError) -> Command.ScoreSource {
        guard has(.path) != has(.data) else {
            throw invalid("give either path, or name and data_base64")
        }
        if has(.path) { return .path(try path()) }
        let name = try text(.name)
        guard let digits = members[.data]?.stringBytes, !digits.isEmpty else {
            throw invalid("data_base64 must be a non-empty string")
        }
        guard let bytes = Base64.decode(digits) else {
            throw invalid("data_base64 must be base64 with padding")
        }
        return .data(name: name, bytes: bytes)
    }

    private func scoreOptions() throws(ResponseError) -> Command.ScoreOptions {
        Command.ScoreOptions(
            method: has(.method) ? try choice(.method) : nil, repeats: has(.repeats) ? try choice(.repeats) : nil)
    }

    private func choice<C: RawRepresentable & CaseIterable>(_ key: Key) throws(ResponseError) -> C
    where C.RawValue == String {
        let name = try text(key)
        if let choice = C(rawValue: name) { return choice }
        let known = C.allCases.map(\.rawValue).joined(separator: ", ")
        throw invalid("\(key.rawValue) is '\(excerpt(name))'; it must be one of \(known)")
    }

    private func place() throws(ResponseError) -> Command.ScorePlace {
        guard [has(.beat), has(.measure), has(.label)].count(where: { $0 }) == 1 else {
            throw invalid("give exactly one of beat, measure and label")
        }
        if has(.label) { return .label(try text(.label)) }
        if has(.measure) {
            return .measure(try measure(), pass: has(.pass) ? try pass() : nil)
        }
        guard let beat = value(Double.self, .beat) else { throw invalid("beat must be a number") }
        return .beat(beat)
    }

    private func measure() throws(ResponseError) -> String {
        if let number = value(Int.self, .measure) { return String(number) }
        guard let text = plainText(.measure) else {
            throw invalid("measure must be an integer or a string such as \"12a\"")
        }
        return text
    }

    private func pass() throws(ResponseError) -> Int {
        guard let pass = value(Int.self, .pass), pass >= 1 else {
            throw invalid("pass must be an integer of at least 1: which time the measure is played")
        }
        return pass
    }

    private func tuning() throws(ResponseError) -> Double? {
        if members[.a4]?.isNull == true { return nil }
        guard let a4 = value(Double.self, .a4), ConcertPitch.range.contains(a4) else {
            throw invalid(
                "a4 must be a number from \(Int(ConcertPitch.range.lowerBound)) to "
                    + "\(Int(ConcertPitch.range.upperBound)), the frequency of A4 in hertz, or null to estimate it")
        }
        return a4
    }

    private func path() throws(ResponseError) -> String {
        let path = try text(.path)
        // The daemon's working directory is not the client's: a relative path would name another file.
        guard path.hasPrefix("/") else {
            throw invalid("path must be absolute, but is '\(excerpt(path))'")
        }
        return path
    }

    private func text(_ key: Key) throws(ResponseError) -> String {
        guard let text = plainText(key) else {
            throw invalid(
                "\(key.rawValue) must be a non-empty string of at most \(Self.textLimit) bytes")
        }
        return text
    }

    /// The longest text in bytes, which is also the longest path on Linux. Texts appear in messages and in the state.
    private static let textLimit = 4096

    /// A string that is neither empty nor too long, without zero bytes.
    private func plainText(_ key: Key) -> String? {
        guard let bytes = members[key]?.stringBytes, (1...Self.textLimit).contains(bytes.count), !bytes.contains(0)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func has(_ key: Key) -> Bool { members[key] != nil }

    private func value(_: Int.Type, _ key: Key) -> Int? { members[key]?.integer }

    private func value(_: Double.Type, _ key: Key) -> Double? { members[key]?.double }

    private func value(_: [String].Type, _ key: Key) -> [String]? { members[key]?.strings }

    private func invalid(_ reason: String) -> ResponseError {
        ResponseError(.invalidParameters, "\(method.rawValue): \(reason)")
    }
}
