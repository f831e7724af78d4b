/// The seconds of a recording at which the daemon's events belong. Pure: the caller supplies the times of arrival.
///
/// Within an epoch the samples count, which no setting of the system's clock affects. From one epoch to the next it is
/// `time`, unless the lines arrived in a clearly different interval: then the clock has been set, and the arrivals
/// count.
struct RecordingClock: Sendable {
    /// The sample rate of the protocol, in Hz.
    private static let rate = 44_100.0
    /// Seconds by which `time` and arrivals may disagree.
    private static let tolerance = 2.0

    private struct Moment {
        var seconds: Double
        var time: Double
        var arrival: Double
    }

    private var newest: Moment?
    private var epoch: Int?
    /// The seconds of the recording at sample 0 of `epoch`.
    private var epochStart = 0.0

    /// The place of an event, from 0 for the first.
    ///
    /// - Parameters:
    ///   - time: the event's Unix time.
    ///   - arrival: when its line arrived, in seconds on a monotonic clock.
    mutating func place(epoch: Int, sample: Int64, time: Double, arrival: Double) -> Double {
        let position = Double(sample) / Self.rate
        if epoch != self.epoch {
            let start = newest.map { newest in
                let (byTime, byArrival) = (time - newest.time, arrival - newest.arrival)
                return newest.seconds + (abs(byTime - byArrival) < Self.tolerance ? byTime : byArrival)
            }
            epochStart = max(start ?? 0, 0) - position
            self.epoch = epoch
        }
        let seconds = max(epochStart + position, 0)
        newest = Moment(seconds: seconds, time: time, arrival: arrival)
        return seconds
    }

    /// The place of something that is known only by its arrival, such as the loss of the connection.
    func place(arrival: Double) -> Double {
        newest.map { $0.seconds + max(arrival - $0.arrival, 0) } ?? 0
    }

    /// The connection was lost: another daemon may number its epochs anew.
    mutating func disconnected() { epoch = nil }
}
