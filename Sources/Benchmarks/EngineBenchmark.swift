import Basics
import Glibc
import Networks

/// The cost of the streaming engine: processor time of one thread, measured on noise.
public struct EngineBenchmark: Codable, Sendable {
    /// Name of the model.
    public var name: String
    /// Filter stride of a network whose first layer is a learned convolution; nil for others.
    public var stride: Int?
    /// Mean processor time per hop in microseconds, including deferred work.
    public var hopMicroseconds: Double
    /// The same when a hop arrives every 11.6 ms, as in live use, and the caches are cold.
    public var liveHopMicroseconds: Double
    /// Microseconds from the last sample of a hop to its posteriors: median and 99th percentile.
    public var resultMicroseconds: Double
    public var resultMicroseconds99: Double
    /// The share of one core that the engine uses live, in percent.
    public var corePercent: Double
    /// Microseconds to evaluate one whole window layer by layer.
    public var windowMicroseconds: Double
    /// The cost of a whole window relative to that of a hop.
    public var ratio: Double { windowMicroseconds / hopMicroseconds }
    /// The largest difference between the results of both, relative to the largest output.
    public var largestDifference: Double
    public var instructionSet: String

    enum CodingKeys: String, CodingKey {
        case name, stride
        case hopMicroseconds = "hop_us"
        case liveHopMicroseconds = "live_hop_us"
        case resultMicroseconds = "result_us"
        case resultMicroseconds99 = "result_p99_us"
        case corePercent = "core_percent"
        case windowMicroseconds = "window_us"
        case largestDifference = "largest_difference"
        case instructionSet = "instruction_set"
    }

    /// Measures a model.
    ///
    /// - Parameter hops: hops to stream after a warm-up of 64. A tenth as many whole windows are evaluated.
    public init(model: Model, hops: Int) throws {
        let info = model.info
        name = info.name
        if case .convolution(_, _, let stride) = info.architecture.layers.first { self.stride = stride }
        let stream = try StreamingNetwork(model: model)
        let whole = try WindowNetwork(model: model)
        var generator = SystemRandomNumberGenerator()
        let samples = (0..<(hops + 64) * info.hop).map { _ in Float.random(in: -0.3...0.3, using: &generator) }
        var output = [Float](repeating: 0, count: stream.outputCount)
        var results: [Double] = []
        results.reserveCapacity(hops)
        var begin = 0.0
        for index in 0..<hops + 64 {
            if index == 64 { begin = Clock.threadSeconds }
            let start = index * info.hop
            let before = Clock.seconds
            var span = output.mutableSpan
            stream.process(samples.span.extracting(start..<start + info.hop), into: &span)
            if index >= 64 { results.append((Clock.seconds - before) * 1e6) }
        }
        hopMicroseconds = (Clock.threadSeconds - begin) / Double(hops) * 1e6
        results.sort()
        resultMicroseconds = results[results.count / 2]
        resultMicroseconds99 = results[results.count * 99 / 100]
        corePercent = hopMicroseconds * 1e-6 * Double(info.sampleRate) / Double(info.hop) * 100

        let liveHops = min(hops, 430)
        begin = Clock.threadSeconds
        for index in 0..<liveHops {
            var span = output.mutableSpan
            let start = (64 + index) * info.hop
            stream.process(samples.span.extracting(start..<start + info.hop), into: &span)
            usleep(UInt32(Double(info.hop) / Double(info.sampleRate) * 1e6))
        }
        liveHopMicroseconds = (Clock.threadSeconds - begin) / Double(liveHops) * 1e6
        stream.reset()
        // Stream from the beginning once more: the windows below end where this pass ends.
        for index in 0..<hops + 64 {
            var span = output.mutableSpan
            stream.process(samples.span.extracting(index * info.hop..<(index + 1) * info.hop), into: &span)
        }

        let windows = max(5, hops / 10)
        var conditioned = Array(samples.suffix(info.window + 64 * info.hop))
        if let conditioning = info.architecture.conditioning {
            // The gain settles on steady noise. With the whole run conditioned, the last hops are as in streaming.
            conditioned = Self.conditioned(samples, conditioning, info: info).suffix(conditioned.count)
        }
        var expected = [Float](repeating: 0, count: whole.outputCount)
        begin = Clock.threadSeconds
        for index in 0..<windows {
            let end = conditioned.count - (index % 64) * info.hop
            var span = expected.mutableSpan
            whole.evaluate(conditioned.span.extracting(end - info.window..<end), into: &span)
        }
        windowMicroseconds = (Clock.threadSeconds - begin) / Double(windows) * 1e6
        var span = expected.mutableSpan
        whole.evaluate(conditioned.span.extracting(conditioned.count - info.window..<conditioned.count), into: &span)
        let largest = expected.map(abs).max() ?? 0
        let difference = zip(output, expected).map { abs($0 - $1) }.max() ?? 0
        largestDifference = largest > 0 ? Double(difference / largest) : 0
        instructionSet = InstructionSet.name
    }

    private static func conditioned(_ samples: [Float], _ conditioning: LevelConditioning, info: ModelInfo) -> [Float] {
        var conditioner = LevelConditioner(conditioning, hop: info.hop, sampleRate: info.sampleRate)
        var result: [Float] = []
        result.reserveCapacity(samples.count)
        for start in Swift.stride(from: 0, to: samples.count, by: info.hop) {
            var part = Array(samples[start..<min(start + info.hop, samples.count)])
            var span = part.mutableSpan
            conditioner.process(&span)
            result += part
        }
        return result
    }
}
