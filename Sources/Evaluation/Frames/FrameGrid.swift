/// The times at which frames are evaluated: samples `first + step * j` for j in `0..<count`.
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
    /// The grid is the same for every model, whatever its window, so that models can be compared.
    public static func windows(sampleCount: Int) -> FrameGrid {
        FrameGrid(first: 8192, step: 512, count: sampleCount >= 16384 ? (sampleCount - 16384) / 512 + 1 : 0)
    }

    /// Converts seconds to samples.
    ///
    /// Label files count whole samples. A result within rounding error of a whole sample is rounded to it, so that the
    /// detour through seconds moves no label across a frame.
    static func sample(_ seconds: Double, rate: Int) -> Double {
        let sample = seconds * Double(rate)
        let whole = sample.rounded()
        return (sample - whole).magnitude < 1e-6 ? whole : sample
    }

    /// The first row at or after `sample`; ``count`` if there is none.
    func firstRow(atOrAfter sample: Double) -> Int {
        guard sample > Double(first) else { return 0 }
        let row = ((sample - Double(first)) / Double(step)).rounded(.up)
        return row < Double(count) ? Int(row) : count
    }

    /// The time span in seconds that is covered by the paper's windows around all frames.
    public var span: Range<Double> {
        let rate = Double(sampleRate)
        guard count > 0 else { return 0..<0 }
        return Double(first - 8192) / rate..<Double(first + step * (count - 1) + 8192) / rate
    }
}
