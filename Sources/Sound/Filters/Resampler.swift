import CSoxr

/// A streaming converter of one channel from any sample rate to another, by libsoxr.
///
/// Output is aligned with input: the sample at time t comes out at time t, the filter's own delay having been cut off at
/// the start. Equal rates pass samples through untouched and without delay.
///
/// `init` allocates; `process` and `finish` of this type allocate nothing, take no lock and never throw. (libsoxr's own
/// queues grow during the first few blocks and keep their size thereafter.) One owner at a time; may move between threads.
public struct Resampler: ~Copyable, @unchecked Sendable {
    /// What to trade for what.
    public enum Quality: Sendable {
        /// For files: flat to 91% of the lower Nyquist frequency, 20 bits. Output comes in bursts, up to 20 ms late
        /// from 48 kHz and more from lower rates.
        case file
        /// For live sound: flat to 85% of the lower Nyquist frequency, 16 bits; what lies within 15% above Nyquist folds into
        /// the highest 15% of the band, where no fundamental lives. Measured: at most 2.2 ms late from 48, 96 and 192 kHz,
        /// 5 ms from 16 kHz.
        case live
    }

    public let inputRate: Double
    public let outputRate: Double
    // Nil when the rates are equal.
    private let state: soxr_t?

    /// - Parameters:
    ///   - inputRate: Hz, 1,000...768,000.
    ///   - outputRate: Hz, the same range.
    /// - Throws: `SoundError.unsupportedRate`, `.invalidParameter` where libsoxr refuses the ratio.
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
            // Short transforms: their blocks are what makes output late.
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

    /// Whether samples pass through untouched.
    public var isPassThrough: Bool { state == nil }

    /// How much room `process` wants for its output so that `count` samples are always taken at once: their share at the output rate
    /// and a burst of 8,192.
    public func outputCapacity(forInput count: Int) -> Int {
        isPassThrough ? count : Int((Double(count) * outputRate / inputRate).rounded(.up)) + 8_192
    }

    /// Feeds samples, and takes what is ready.
    ///
    /// - Returns: how many samples of `input` were taken (all, if `output` has `outputCapacity(forInput:)` elements), and how
    ///   many were written to the front of `output`. What was not taken must be given again.
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
                // An empty span may have no address, and no address means the end of the input to libsoxr.
                guard let from = source.baseAddress, !source.isEmpty else { return }
                _ = soxr_process(state, from, source.count, &consumed, target.baseAddress, target.count, &produced)
            }
        }
        return (consumed, produced)
    }

    /// Says that the input has ended and takes what is left: call it until it returns 0. Only `reset` may follow.
    public mutating func finish(into output: inout MutableSpan<Float>) -> Int {
        guard let state else { return 0 }
        var produced = 0
        output.withUnsafeMutableBufferPointer { target in
            _ = soxr_process(state, nil, 0, nil, target.baseAddress, target.count, &produced)
        }
        return produced
    }

    /// A whole signal at another rate.
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

    /// Forgets all samples: ready for an unrelated signal at the same rates. Allocates.
    public mutating func reset() {
        if let state { _ = soxr_clear(state) }
    }
}
