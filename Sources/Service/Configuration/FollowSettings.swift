import Following

/// How scores are followed, where a client doesn't say; nil leaves the follower's own choice.
public struct FollowSettings: Sendable, Equatable {
    public var method: FollowingMethod?
    public var repeats: RepeatPolicy?
    /// What scores are played with to know how they sound: a soundfont's path, or its file name where soundfonts are.
    public var soundFont: String?

    public init(method: FollowingMethod? = nil, repeats: RepeatPolicy? = nil, soundFont: String? = nil) {
        self.method = method
        self.repeats = repeats
        self.soundFont = soundFont
    }

    /// The follower's own options with these in their place.
    public var options: FollowingOptions {
        var options = FollowingOptions()
        if let method { options.method = method }
        if let repeats { options.repeats = repeats }
        return options
    }

    /// These settings, with those of `later` in their place where it has any.
    func overridden(by later: FollowSettings) -> FollowSettings {
        FollowSettings(
            method: later.method ?? method, repeats: later.repeats ?? repeats, soundFont: later.soundFont ?? soundFont)
    }
}
