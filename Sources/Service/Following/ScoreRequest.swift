import Following
import Wire

/// A score to be loaded, and how it is to be followed.
public struct ScoreRequest: Sendable, Equatable {
    public var source: Command.ScoreSource
    public var options: FollowingOptions
    /// As ``FollowSettings/soundFont``; nil for the best one installed.
    public var soundFont: String?

    public init(
        _ source: Command.ScoreSource, options: FollowingOptions = FollowingOptions(), soundFont: String? = nil
    ) {
        self.source = source
        self.options = options
        self.soundFont = soundFont
    }

    /// The score at `path`, followed as the configuration says.
    init(path: String, _ settings: FollowSettings) {
        self.init(.path(path), options: settings.options, soundFont: settings.soundFont)
    }

    /// A client's request; what it leaves open is the configuration's.
    ///
    /// - Throws: `invalidParameters` for a method or a policy that doesn't exist.
    init(
        _ source: Command.ScoreSource, _ wishes: Command.ScoreOptions, defaults: FollowSettings
    ) throws(ResponseError) {
        var options = defaults.options
        if let name = wishes.method { options.method = try Self.choice(name, "method") }
        if let name = wishes.repeats { options.repeats = try Self.choice(name, "repeats") }
        self.init(source, options: options, soundFont: defaults.soundFont)
    }

    /// What the score is called: the last part of its path, or the name that the client gave.
    var name: String {
        let text =
            switch source {
            case .path(let path): path
            case .data(let name, _): name
            }
        let last = text.split(separator: "/").last.map(String.init) ?? text
        // A name from outside must not break a line of the log.
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
            "score.load: \(member) is '\(name.prefix(60))'; it takes one of \(known)")
    }
}
