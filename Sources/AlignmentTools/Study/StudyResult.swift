/// What a method did on a pair.
public struct StudyResult: Sendable, Equatable, Codable {
    public var method: String
    /// See ``StudyGrid/settingNames``.
    public var settings: [String]
    public var pair: String
    public var errors: AlignmentErrors
    /// Seconds that the alignment took.
    public var seconds: Double
    /// Seconds of the recording.
    public var duration: Double
    /// What was aligned how: another result with the same key is the same.
    var key: String

    init(
        variant: StudyVariant, pair: StudyPair, errors: AlignmentErrors, seconds: Double, duration: Double
    ) {
        method = variant.method
        settings = variant.settings
        self.pair = pair.name
        self.errors = errors
        self.seconds = seconds
        self.duration = duration
        key = Self.key(variant, pair)
    }

    static func key(_ variant: StudyVariant, _ pair: StudyPair) -> String {
        ([variant.method] + variant.settings + [pair.name, pair.fingerprint]).joined(separator: " ")
    }
}
