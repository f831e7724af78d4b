import Following
import Wire

/// A request to load a score, and how to follow it.
public struct ScoreRequest: Sendable, Equatable {
    public var source: Command.ScoreSource
    public var options: FollowingOptions
    /// As ``FollowSettings/soundFont``; nil for the best installed soundfont.
    public var soundFont: String?

    public init(
        _ source: Command.ScoreSource, options: FollowingOptions = FollowingOptions(), soundFont: String? = nil
    ) {
        self.source = source
        self.options = options
        self.soundFont = soundFont
    }

    /// The score at `path`, followed as configured.
    init(path: String, _ settings: FollowSettings) {
        self.init(.path(path), options: settings.options, soundFont: settings.soundFont)
    }

    /// A client's request; the configuration supplies what it omits.
    ///
    /// - Throws: `invalidParameters` for an unknown method or repeat policy.
    init(
        _ source: Command.ScoreSource, _ overrides: Command.ScoreOptions, defaults: FollowSettings
    ) throws(ResponseError) {
        var options = defaults.options
        if let name = overrides.method { options.method = try Self.choice(name, "method") }
        if let name = overrides.repeats { options.repeats = try Self.choice(name, "repeats") }
        self.init(source, options: options, soundFont: defaults.soundFont)
    }

    /// The score's name: the last component of its path, or the name given by the client.
    var name: String {
        let text =
            switch source {
            case .path(let path): path
            case .data(let name, _): name
            }
        let last = text.split(separator: "/").last.map(String.init) ?? text
        // Control characters must not break lines of the log.
        let plain = last.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }.joined()
        return String(plain.prefix(200))
    }

    private static func choice<C: RawRepresentable & CaseIterable>(
        _ name: String, _ member: String
    ) throws(ResponseError) -> C where C.RawValue == String {
        if let choice = C(rawValue: name) { return choice }
        let known = C.allCases.map(\.rawValue).joined(separator: ", ")
        throw ResponseError(
            .invalidParameters,
            "score.load: '\(name.prefix(60))' is not a valid \(member); use one of \(known)")
    }
}
