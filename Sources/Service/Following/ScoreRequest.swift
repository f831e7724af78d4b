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

    /// A client's request; the configuration decides what it leaves open.
    init(_ source: Command.ScoreSource, _ requested: Command.ScoreOptions, defaults: FollowSettings) {
        var options = defaults.options
        if let method = requested.method { options.method = FollowingMethod(method) }
        if let repeats = requested.repeats { options.repeats = RepeatPolicy(repeats) }
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
}

extension FollowingMethod {
    init(_ method: Command.ScoreOptions.Method) {
        self =
            switch method {
            case .standard: .standard
            case .dixon: .dixon
            case .arzt: .arzt
            }
    }
}

extension RepeatPolicy {
    init(_ repeats: Command.ScoreOptions.Repeats) {
        self =
            switch repeats {
            case .scoreOrder: .scoreOrder
            case .nearest: .nearest
            case .evidence: .evidence
            }
    }
}
