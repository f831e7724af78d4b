import Following
import Sound

/// Follows a recording on disk exactly as a live one: hop by hop, each report published when the last sample of its hop has been heard.
public final class FileFollowing {
    /// Samples in a hop, at 44.1 kHz.
    public static let hop = 512
    public static let rate = 44_100.0

    public let follower: Follower
    private let reader: AudioFileReader

    /// Opens the recording.
    ///
    /// - Parameter follower: one that has heard nothing yet.
    /// - Throws: `SoundError`.
    public init(path: String, follower: Follower) throws(SoundError) {
        reader = try AudioFileReader(path: path, rate: Self.rate)
        self.follower = follower
    }

    /// Seconds of audio, as far as the file's header tells.
    public var expectedSeconds: Double? { reader.expectedCount.map { Double($0) / Self.rate } }

    /// Samples so far that were no usable numbers, and were taken for silence.
    public var unusableCount: Int { reader.unusableCount }

    /// Follows to the end; the last hop is filled up with silence.
    ///
    /// - Parameter body: gets each hop's report; false stops the work there. What it throws ends it.
    /// - Throws: `SoundError.badAudio` for a damaged file, and what `body` throws.
    public func run(_ body: (FollowingReport) throws -> Bool) throws {
        var samples = [Float](repeating: 0, count: Self.hop)
        while true {
            var span = samples.mutableSpan
            let count = try reader.read(into: &span)
            guard count > 0 else { return }
            for index in count..<Self.hop { samples[index] = 0 }
            guard try body(follower.process(samples.span)) else { return }
            if count < Self.hop { return }
        }
    }
}
