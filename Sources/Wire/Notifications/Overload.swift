/// `overload`: the machine was too slow, and hops went by unheard. Sent at most once a second.
public struct Overload: ServerNotification {
    public static let method = ServerMessage.Method.overload

    public var epoch: Int
    public var sample: Int64
    /// Hops skipped since the last such line.
    public var skippedHops: Int
    /// Hops skipped since the daemon started.
    public var totalSkippedHops: Int

    public init(epoch: Int, sample: Int64, skippedHops: Int, totalSkippedHops: Int) {
        self.epoch = epoch
        self.sample = sample
        self.skippedHops = skippedHops
        self.totalSkippedHops = totalSkippedHops
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample
        case skippedHops = "skipped_hops"
        case totalSkippedHops = "total_skipped_hops"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.member("skipped_hops", skippedHops)
        writer.member("total_skipped_hops", totalSkippedHops)
    }
}
