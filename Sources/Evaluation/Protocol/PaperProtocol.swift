/// What the paper judges models on, in numbers: which frames, and how the one threshold is chosen.
///
/// Source: Thickstun et al. 2017, section 5, and its authors' code. Frame j of a recording is the moment in the middle of
/// the window of 16,384 samples that starts at sample 44,100 + 512 j. Models with other windows are judged at the same
/// moments, each with its own window round them.
public struct PaperProtocol: Codable, Sendable, Equatable {
    /// Counted up whenever the same numbers would mean something else: reports of another version are made anew.
    public var version = 1
    /// Where the first window starts, in samples.
    public var start = 44_100
    /// Samples between two windows.
    public var step = 512
    /// Windows of a recording that is long enough: the paper's 1st to 91st second, as the authors' code counts it.
    public var count = 7_500
    /// Samples in a window of the grid.
    public var window = 16_384
    /// The judged sample of a window.
    public var middle = 8_192
    /// Random windows taken from each training recording to choose the threshold on.
    public var thresholdWindows = 50
    /// Thresholds tried: i / `thresholdSteps` for i from 0 to `thresholdSteps` - 1.
    public var thresholdSteps = 500
    /// Of the random windows.
    public var seed: UInt64 = 2017

    public init() {}

    /// Hertz: the protocol counts in samples of MusicNet's clock.
    public static let sampleRate = 44_100

    /// The judged moments of a recording: as many as it has whole windows for.
    ///
    /// - Parameter sampleCount: length of the recording.
    public func grid(sampleCount: Int) -> FrameGrid {
        let windows = sampleCount >= start + window ? (sampleCount - start - window) / step + 1 : 0
        return FrameGrid(
            first: start + middle, step: step, count: min(windows, count), sampleRate: Self.sampleRate)
    }

    /// Samples of a recording that has all ``count`` frames; what comes after them isn't looked at.
    public var fullLength: Int { start + step * (count - 1) + window }

    /// The thresholds tried, in rising order.
    public var thresholds: [Double] { (0..<thresholdSteps).map { Double($0) / Double(thresholdSteps) } }
}
