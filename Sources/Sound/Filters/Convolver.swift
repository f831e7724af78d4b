/// Convolution with a long impulse response by overlap-add in the frequency domain.
///
/// Streaming: each call returns as many samples as it takes, including the tails of earlier blocks. `process` allocates
/// nothing.
public struct Convolver: ~Copyable {
    /// The maximum number of samples that one call of `process` takes.
    public let maximumBlock: Int
    private let transform: FourierTransform
    private let response: [Float]
    // What earlier blocks contribute to future samples; as long as the transform.
    private var tail: [Float]

    /// - Parameter impulseResponse: 1...2^22 samples.
    /// - Throws: `SoundError.invalidParameter`.
    public init(impulseResponse: Span<Float>) throws(SoundError) {
        var size = 256
        // Using half of the transform for new samples is within a few per cent of the optimum.
        while size < 2 * impulseResponse.count { size *= 2 }
        guard !impulseResponse.isEmpty, size <= 1 << 23 else {
            throw .invalidParameter("an impulse response cannot have \(impulseResponse.count) samples")
        }
        let transform = try FourierTransform(size: size)
        for index in 0..<impulseResponse.count { transform.samples[index] = impulseResponse[index] }
        transform.forward()
        maximumBlock = size - impulseResponse.count + 1
        response = Array(transform.spectrum)
        self.transform = transform
        tail = [Float](repeating: 0, count: size)
    }

    /// Convolves up to `maximumBlock` samples and writes the result to the front of `output`.
    ///
    /// - Returns: the number of samples taken and written: at most `output.count`.
    public mutating func process(_ input: Span<Float>, into output: inout MutableSpan<Float>) -> Int {
        let count = min(input.count, maximumBlock, output.count)
        guard count > 0 else { return 0 }
        let samples = transform.samples
        let spectrum = transform.spectrum
        for index in 0..<count { samples[index] = input[index] }
        for index in count..<samples.count { samples[index] = 0 }
        transform.forward()
        for index in stride(from: 0, to: response.count, by: 2) {
            let real = spectrum[index] * response[index] - spectrum[index + 1] * response[index + 1]
            let imaginary = spectrum[index] * response[index + 1] + spectrum[index + 1] * response[index]
            spectrum[index] = real
            spectrum[index + 1] = imaginary
        }
        transform.inverse()
        for index in 0..<count { output[index] = samples[index] + tail[index] }
        let kept = tail.count - count
        for index in 0..<kept { tail[index] = tail[index + count] + samples[index + count] }
        for index in kept..<tail.count { tail[index] = 0 }
        return count
    }

    /// Convolves a whole signal.
    ///
    /// - Returns: as many samples as `signal` has, followed by the response's tail if `withTail` is set.
    public static func convolve(
        _ signal: [Float], with impulseResponse: [Float], withTail: Bool = false
    ) throws(SoundError) -> [Float] {
        var convolver = try Convolver(impulseResponse: impulseResponse.span)
        let total = signal.count + (withTail ? impulseResponse.count - 1 : 0)
        let padded = signal + [Float](repeating: 0, count: total - signal.count)
        var output: [Float] = []
        output.reserveCapacity(total)
        var block = [Float](repeating: 0, count: convolver.maximumBlock)
        var start = 0
        while start < total {
            let end = min(total, start + convolver.maximumBlock)
            var target = block.mutableSpan
            let count = convolver.process(padded.span.extracting(start..<end), into: &target)
            output += block[..<count]
            start += count
        }
        return output
    }
}
