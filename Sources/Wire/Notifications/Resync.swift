/// `resync`: forget what you believed to sound; these notes do.
///
/// Sent to a client whose queue overflowed, before anything else, and after `hello` where notes are sounding already.
public struct Resync: ServerNotification {
    public static let method = ServerMessage.Method.resync

    public var epoch: Int
    public var sample: Int64
    /// MIDI note numbers, 0...127, ascending.
    public var active: [Int]

    public init(epoch: Int, sample: Int64, active: [Int]) {
        self.epoch = epoch
        self.sample = sample
        self.active = active
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.member("active", active)
    }
}
