import CSoxr

/// A streaming mono sample-rate converter, by libsoxr.
///
/// Output is aligned with input: the filter's delay is removed at the start, so the sample at time t comes out at time
/// t. Equal rates pass samples through unchanged and without delay.
///
/// `init` allocates; `process` and `finish` allocate nothing, take no lock and never throw. (libsoxr's own queues grow
/// during the first few blocks and keep their size thereafter.) One owner at a time; may move between threads.
public struct Resampler: ~Copyable, @unchecked Sendable {
    /// The trade-off between bandwidth and latency.
    public enum Quality: Sendable {
        /// For files: flat to 91% of the lower Nyquist frequency, 20 bits. Output comes in bursts, up to 20 ms late
        /// from 48 kHz and later from lower rates.
        case file
        /// For live audio: flat to 85% of the lower Nyquist frequency, 16 bits. Content up to 15% above Nyquist aliases
        /// into the top 15% of the band, where there are no fundamentals. Measured latency: at most 2.2 ms from 48, 96
        /// and 192 kHz, 5 ms from 16 kHz.
        case live
    }

    public let inputRate: Double
    public let outputRate: Double
    // Nil when the rates are equal.
    private let state: soxr_t?

    /// - Parameters:
    ///   - inputRate: 1,000...768,000 Hz.
    ///   - outputRate: 1,000...768,000 Hz.
    /// - Throws: `SoundError.unsupportedRate`, or `.invalidParameter` if libsoxr rejects the ratio.
    public init(inputRate: Double, outputRate: Double = 44_100, quality: Quality = .file) throws(SoundError) {
        state = try Resampler.makeState(inputRate: inputRate, outputRate: outputRate, quality: quality)
        self.inputRate = inputRate
        self.outputRate = outputRate
    }

    private static func makeState(
        inputRate: Double, outputRate: Double, quality: Quality
    ) throws(SoundError) -> soxr_t? {
        for rate in [inputRate, outputRate] where !(rate >= 1_000 && rate <= 768_000) {
            throw .unsupportedRate(rate)
        }
        guard inputRate != outputRate else { return nil }
        var specification = soxr_quality_spec(UInt(SOXR_20_BITQ), 0)
        var runtime = soxr_runtime_spec(1)
        if quality == .live {
            specification.precision = 16
            specification.passband_end = 0.85
            specification.stopband_begin = 1.15
            // Latency comes from the transform's block length: keep it short.
            runtime.log2_min_dft_size = 8
            runtime.log2_large_dft_size = 8
        }
        var format = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
        var problem: soxr_error_t?
        let created = soxr_create(inputRate, outputRate, 1, &problem, &format, &specification, &runtime)
        guard let created, problem == nil else {
            let reason = problem.map { String(cString: $0) } ?? "out of memory"
            throw .invalidParameter("cannot resample from \(inputRate) to \(outputRate) Hz: \(reason)")
        }
        return created
    }

    deinit {
        if let state { soxr_delete(state) }
    }

    /// Whether the rates are equal, so that samples pass through unchanged.
    public var isPassThrough: Bool { state == nil }

    /// The output capacity with which `process` always consumes `count` samples at once: their number at the output
    /// rate plus a burst of 8,192.
    public func outputCapacity(forInput count: Int) -> Int {
        isPassThrough ? count : Int((Double(count) * outputRate / inputRate).rounded(.up)) + 8_192
    }

    /// Feeds input samples and returns the output that is ready.
    ///
    /// - Returns: the number of input samples consumed (all of them if `output` has `outputCapacity(forInput:)`
    ///   elements), and the number written to the front of `output`. Samples that were not consumed must be passed
    ///   again.
    public mutating func process(
        _ input: Span<Float>, into output: inout MutableSpan<Float>
    ) -> (consumed: Int, produced: Int) {
        guard let state else {
            let count = min(input.count, output.count)
            for index in 0..<count { output[index] = input[index] }
            return (count, count)
        }
        var consumed = 0
        var produced = 0
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                // libsoxr takes a null address as the end of the input, and an empty span may have one.
                guard let from = source.baseAddress, !source.isEmpty else { return }
                _ = soxr_process(state, from, source.count, &consumed, target.baseAddress, target.count, &produced)
            }
        }
        return (consumed, produced)
    }

    /// Ends the input and returns the remaining output: call it until it returns 0. Only `reset` may follow.
    public mutating func finish(into output: inout MutableSpan<Float>) -> Int {
        guard let state else { return 0 }
        var produced = 0
        output.withUnsafeMutableBufferPointer { target in
            _ = soxr_process(state, nil, 0, nil, target.baseAddress, target.count, &produced)
        }
        return produced
    }

    /// Converts a whole signal.
    ///
    /// - Throws: as ``init(inputRate:outputRate:quality:)``.
    public static func resampled(_ samples: [Float], from: Double, to: Double) throws(SoundError) -> [Float] {
        var converter = try Resampler(inputRate: from, outputRate: to)
        var room = [Float](repeating: 0, count: converter.outputCapacity(forInput: samples.count))
        var span = room.mutableSpan
        let (_, produced) = converter.process(samples.span, into: &span)
        var result = Array(room[..<produced])
        while true {
            var rest = room.mutableSpan
            let count = converter.finish(into: &rest)
            guard count > 0 else { return result }
            result += room[..<count]
        }
    }

    /// Discards all samples, to start an unrelated signal at the same rates. Allocates.
    public mutating func reset() {
        if let state { _ = soxr_clear(state) }
    }
}
