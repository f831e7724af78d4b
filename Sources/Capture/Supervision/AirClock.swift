import Glibc

/// When the samples of an epoch were in the air, from arrivals that jitter.
///
/// Each arrival gives a raw estimate. Their offset from the sample count is averaged over the first arrivals and then
/// followed with a time constant of about two seconds, so that times advance as evenly as the samples do, while a drift of the
/// device's clock by 0.1% costs 2 ms at most. An estimate more than 50 ms off, as after a move to another device or a step
/// of the system's clock, is believed at once.
struct AirClock: Sendable {
    static let timeConstant = 2.0
    static let jump = 0.050

    private var offset = 0.0
    private var weight = 0.0
    private var last = -Double.infinity

    /// - Parameters:
    ///   - position: seconds since the epoch began, by the sample count.
    ///   - raw: Unix time of that sample as the newest arrival has it.
    /// - Returns: the smoothed Unix time of that sample.
    mutating func time(at position: Double, raw: Double) -> Double {
        let measured = raw - position
        if weight == 0 || abs(measured - offset) > Self.jump {
            offset = measured
            weight = 0.05
        } else {
            // A running mean until the time constant is filled, an exponential one from then on.
            weight = min(weight + max(0, position - last), Self.timeConstant)
            let gain = min(1, max(0, position - last) / weight)
            offset += gain * (measured - offset)
        }
        last = position
        return position + offset
    }
}
