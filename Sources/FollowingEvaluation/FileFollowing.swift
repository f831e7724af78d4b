import Following
import Sound

/// Follows a recording on disk exactly as live audio: hop by hop, with a report when the last sample of each hop has
/// arrived.
public final class FileFollowing {
    /// Samples per hop, at 44.1 kHz.
    public static let hop = 512
    public static let rate = 44_100.0

    public let follower: any PositionTracker
    private let reader: AudioFileReader

    /// Opens a recording.
    ///
    /// - Parameter follower: one that has received no audio yet.
    /// - Throws: `SoundError`.
    public init(path: String, follower: any PositionTracker) throws(SoundError) {
        reader = try AudioFileReader(path: path, rate: Self.rate)
        self.follower = follower
    }

    /// Seconds of audio according to the header of the file; nil if unknown.
    public var expectedSeconds: Double? { reader.expectedCount.map { Double($0) / Self.rate } }

    /// That the file is damaged, if it is: known at the end of `run`. Everything else was followed.
    public private(set) var damage: SoundError?

    /// The number of unusable samples so far, which count as silence.
    public var unusableCount: Int { reader.unusableCount }

    /// Follows the recording to its end. The last hop is padded with silence.
    ///
    /// - Parameter body: takes the report of each hop; if it returns false, following stops. Its errors are rethrown.
    /// - Throws: `SoundError.badAudio` for a file that cannot be read, and the errors of `body`.
    public func run(_ body: (FollowingReport) throws -> Bool) throws {
        var samples = [Float](repeating: 0, count: Self.hop)
        while true {
            var span = samples.mutableSpan
            var count = 0
            do throws(SoundError) {
                count = try reader.read(into: &span)
            } catch {
                guard case .damagedAudio = error else { throw error }
                damage = error
            }
            guard count > 0 else { return }
            for index in count..<Self.hop { samples[index] = 0 }
            guard try body(follower.process(samples.span)) else { return }
        }
    }
}
