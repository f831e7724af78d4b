/// The result of a method for a pair.
public struct StudyResult: Sendable, Equatable, Codable {
    public var method: String
    /// See ``StudyGrid/settingNames``.
    public var settings: [String]
    public var pair: String
    public var errors: AlignmentErrors
    /// Duration of the alignment in seconds.
    public var seconds: Double
    /// Duration of the recording in seconds.
    public var duration: Double
    /// Identifies variant and input files: results with the same key are interchangeable.
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
