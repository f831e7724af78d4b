/// The parameters of the paper's evaluation protocol: which frames are evaluated, and how the threshold is chosen.
///
/// Source: Thickstun et al. 2017, section 5, and its authors' code. Frame j of a recording is the centre of the window
/// of 16,384 samples that starts at sample 44,100 + 512 j. Models with other windows are evaluated at the same frames,
/// each with its own window around them.
public struct PaperProtocol: Codable, Sendable, Equatable {
    /// Incremented whenever the meaning of the other parameters changes. Stored reports of other versions are
    /// discarded.
    public var version = 1
    /// The start of the first window, in samples.
    public var start = 44_100
    /// The distance between windows, in samples.
    public var step = 512
    /// The number of windows in a recording that is long enough. They end near 88 s: the paper's "91 seconds" as the
    /// authors' code counts them.
    public var count = 7_500
    /// The length of a window, in samples.
    public var window = 16_384
    /// The position of the frame in its window, in samples.
    public var middle = 8_192
    /// The number of random windows of each training recording on which the threshold is chosen.
    public var thresholdWindows = 50
    /// The candidate thresholds are i / `thresholdSteps` for i in `0..<thresholdSteps`.
    public var thresholdSteps = 500
    /// The seed of the random windows.
    public var seed: UInt64 = 2017

    public init() {}

    /// In hertz. The protocol counts in MusicNet's samples.
    public static let sampleRate = 44_100

    /// The frames of a recording: at most ``count``, and no more than it has whole windows.
    ///
    /// - Parameter sampleCount: the length of the recording.
    public func grid(sampleCount: Int) -> FrameGrid {
        let windows = sampleCount >= start + window ? (sampleCount - start - window) / step + 1 : 0
        return FrameGrid(
            first: start + middle, step: step, count: min(windows, count), sampleRate: Self.sampleRate)
    }

    /// The number of samples that a recording needs for all ``count`` frames. Later samples are ignored.
    public var fullLength: Int { start + step * (count - 1) + window }

    /// The candidate thresholds, in ascending order.
    public var thresholds: [Double] { (0..<thresholdSteps).map { Double($0) / Double(thresholdSteps) } }
}
