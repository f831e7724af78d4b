/// Which channels of a source are analysed, and why.
public struct ChannelReport: Sendable, Equatable {
    /// The number of channels of the source.
    public var count: Int
    /// The channel that is analysed, from 1; nil for the mean of all channels.
    public var used: Int?
    /// Whether the channels cancel each other in their mean, as they do if one of them is inverted.
    public var areCancelling = false
    /// The configured channel, if the source doesn't have it.
    public var missing: Int?

    public init(count: Int, used: Int? = nil, areCancelling: Bool = false, missing: Int? = nil) {
        self.count = count
        self.used = used
        self.areCancelling = areCancelling
        self.missing = missing
    }

    /// A clause that names the problem and the remedy; nil if there is none.
    public var warning: String? {
        if areCancelling {
            let cause = "the channels cancel each other in their mix (one is inverted, or a balanced cable is used)"
            guard let used else { return "\(cause): set 'channel' to left, right or a channel number" }
            return "\(cause): only channel \(used) of \(count) is used"
        }
        guard let missing else { return nil }
        let has = count == 1 ? "only one channel" : "only \(count) channels"
        return "'channel' is \(missing), but the source has \(has): channels are selected automatically"
    }
}
