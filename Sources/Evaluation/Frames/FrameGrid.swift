/// The moments at which frames are judged: samples `first + step * j`.
public struct FrameGrid: Sendable, Equatable {
    public var first: Int
    public var step: Int
    public var count: Int
    public var sampleRate: Int

    public init(first: Int, step: Int, count: Int, sampleRate: Int = 44100) {
        self.first = first
        self.step = max(1, step)
        self.count = max(0, count)
        self.sampleRate = sampleRate
    }

    /// The centres of all whole windows of the paper's model in a recording: samples 8192 + 512 j.
    ///
    /// The same for every model, whatever its window, so that models compare.
    public static func windows(sampleCount: Int) -> FrameGrid {
        FrameGrid(first: 8192, step: 512, count: sampleCount >= 16384 ? (sampleCount - 16384) / 512 + 1 : 0)
    }

    /// A time in samples. Label files count whole samples, which seconds in between must not move across a moment.
    static func sample(_ seconds: Double, rate: Int) -> Double {
        let sample = seconds * Double(rate)
        let whole = sample.rounded()
        return (sample - whole).magnitude < 1e-6 ? whole : sample
    }

    /// The first row whose moment is not before `sample`; `count` when there is none.
    func firstRow(atOrAfter sample: Double) -> Int {
        guard sample > Double(first) else { return 0 }
        let row = ((sample - Double(first)) / Double(step)).rounded(.up)
        return row < Double(count) ? Int(row) : count
    }

    /// The span of time, in seconds, that the windows around the moments cover.
    public var span: Range<Double> {
        let rate = Double(sampleRate)
        guard count > 0 else { return 0..<0 }
        return Double(first - 8192) / rate..<Double(first + step * (count - 1) + 8192) / rate
    }
}
