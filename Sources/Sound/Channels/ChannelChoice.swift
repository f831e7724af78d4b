/// Which channels of a source are analysed.
public enum ChannelChoice: Sendable, Equatable, CustomStringConvertible {
    /// The mean of all channels, or the strongest channel if the channels cancel each other.
    case automatic
    /// The mean of all channels, whatever they contain.
    case mix
    /// One channel, counted from 1.
    case channel(Int)

    /// The largest channel number.
    public static let limit = 64

    /// Parses `auto`, `mix`, `left` (channel 1), `right` (channel 2) or a channel number from 1 to ``limit``; nil for
    /// anything else.
    public init?(parsing text: String) {
        switch text {
        case "auto": self = .automatic
        case "mix": self = .mix
        case "left": self = .channel(1)
        case "right": self = .channel(2)
        default:
            guard let number = Int(text), (1...Self.limit).contains(number) else { return nil }
            self = .channel(number)
        }
    }

    /// The form that `init(parsing:)` accepts.
    public var description: String {
        switch self {
        case .automatic: "auto"
        case .mix: "mix"
        case .channel(let number): "\(number)"
        }
    }
}
