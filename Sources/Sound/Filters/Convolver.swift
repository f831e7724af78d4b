/// Convolution with a long impulse response, by overlap-add in the frequency domain.
///
/// Streaming: what comes out belongs to the samples that went in, and the tail of earlier blocks is in it. `process` allocates
/// nothing.
public struct Convolver: ~Copyable {
    /// The most samples `process` takes at once.
    public let maximumBlock: Int
    private let transform: FourierTransform
    private let response: [Float]
    // What earlier blocks add to the samples to come: as long as the transform.
    private var tail: [Float]

    /// - Parameter impulseResponse: 1...2^22 samples.
    /// - Throws: `SoundError.invalidParameter`.
    public init(impulseResponse: Span<Float>) throws(SoundError) {
        var size = 256
        // Half of the transform for new samples is within a few per cent of the cheapest choice.
        while size < 2 * impulseResponse.count { size *= 2 }
        guard !impulseResponse.isEmpty, size <= 1 << 23 else {
            throw .invalidParameter("an impulse response of \(impulseResponse.count) samples")
        }
        let transform = try FourierTransform(size: size)
        for index in 0..<impulseResponse.count { transform.samples[index] = impulseResponse[index] }
        transform.forward()
        maximumBlock = size - impulseResponse.count + 1
        response = Array(transform.spectrum)
        self.transform = transform
        tail = [Float](repeating: 0, count: size)
    }

    /// Convolves up to `maximumBlock` samples, and writes as many to the front of `output`, which must have room for them.
    ///
    /// - Returns: how many samples were taken and written.
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
    /// - Returns: as many samples as `signal` has, and the response's tail after them if `withTail`.
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
