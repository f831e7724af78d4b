/// `discontinuity`: sound was lost, and samples are counted from 0 again. The `note_off` of every sounding note has
/// been sent before.
public struct Discontinuity: ServerNotification {
    public static let method = ServerMessage.Method.discontinuity

    /// The new epoch.
    public var epoch: Int
    /// At 44.1 kHz, as well as is known.
    public var lostFrames: Int64
    /// Such as "overrun" or "reconnected".
    public var reason: String

    public init(epoch: Int, lostFrames: Int64, reason: String) {
        self.epoch = epoch
        self.lostFrames = lostFrames
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case epoch
        case lostFrames = "lost_frames"
        case reason
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("epoch", epoch)
        writer.member("lost_frames", lostFrames)
        writer.member("reason", reason)
    }
}
