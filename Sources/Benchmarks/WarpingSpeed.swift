import Alignment
import Basics
import Glibc

/// The speed of exact dynamic time warping.
public struct WarpingSpeed: Codable, Sendable {
    public var threads: Int
    public var norm: String
    /// Cells of the cost matrix.
    public var cells: Int
    /// Wall time in seconds.
    public var seconds: Double
    /// Processor time of all threads, in seconds.
    public var processorSeconds: Double
    /// Peak memory of the process so far.
    public var peakMegabytes: Double

    public var cellsPerSecond: Double { Double(cells) / max(seconds, 1e-9) }

    /// Warps smooth noise, with vectors of 50 values at the rate of the paper, to itself at an uneven speed.
    ///
    /// - Throws: the errors of `ExactWarping`, none of which occur here.
    public init(minutes: Double, norm: Norm, threads: Int) throws {
        let rate = 44_100.0 / 512
        let count = max(2, Int(minutes * 60 * rate))
        var random = SplitMix64(seed: 1)
        var values = [Float](repeating: 0, count: count * 50)
        for index in values.indices {
            let before = index >= 50 ? values[index - 50] : 0
            values[index] = 0.9 * before + Float.random(in: -1...1, using: &random)
        }
        let first = FeatureSequence(dimensions: 50, rate: rate, values: values)
        var uneven: [Float] = []
        uneven.reserveCapacity(values.count)
        for index in 0..<count {
            let place = Double(index) + 0.1 * Double(count) * sin(Double(index) / Double(count) * 6)
            uneven += first[min(max(Int(place), 0), count - 1)]
        }
        let second = FeatureSequence(dimensions: 50, rate: rate, values: uneven)
        let start = Clock.seconds
        let processorStart = Clock.processSeconds
        _ = try ExactWarping(norm: norm, threads: threads).path(first, second)
        seconds = Clock.seconds - start
        processorSeconds = Clock.processSeconds - processorStart
        cells = first.count * second.count
        self.norm = norm.rawValue
        self.threads = threads
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        peakMegabytes = Double(usage.ru_maxrss) / 1024
    }
}
