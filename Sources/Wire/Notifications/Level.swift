/// `level`, on subscription: how loud the input is.
public struct Level: ServerNotification {
    /// What digital silence is sent as, since JSON has no minus infinity.
    public static let floor = -120.0

    public static let method = ServerMessage.Method.level

    public var epoch: Int
    public var sample: Int64
    /// Root mean square since the last such line, in dB of full scale (a full-scale sine has -3), from `floor` up.
    public var rms: Double
    /// The largest magnitude since the last such line, in dB of full scale, from `floor` up.
    public var peak: Double

    public init(epoch: Int, sample: Int64, rms: Double, peak: Double) {
        self.epoch = epoch
        self.sample = sample
        // NaN compares false with everything, so it becomes the floor too.
        self.rms = rms > Self.floor ? rms : Self.floor
        self.peak = peak > Self.floor ? peak : Self.floor
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample
        case rms = "rms_dbfs"
        case peak = "peak_dbfs"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.member("rms_dbfs", rms, decimals: 2)
        writer.member("peak_dbfs", peak, decimals: 2)
    }
}
