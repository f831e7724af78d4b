import Foundation
import Sound

/// Converts a signal that arrives in blocks into short-time spectra. Retains the spectra and one window of the signal.
///
/// Frame i is centred on sample i * hop, as in librosa's `stft(center=True)`, so that n samples yield 1 + n / hop
/// frames. Not safe for concurrent use.
public final class SpectrogramBuilder {
    public let parameters: SpectrumParameters
    /// Number of samples so far.
    public private(set) var sampleCount = 0
    /// The greatest absolute sample value so far.
    public private(set) var peak: Float = 0

    private let transform: FourierTransform
    private let taper: [Float]
    // The signal, including the initial padding, from the first sample that a later frame needs.
    private var pending: [Float] = []
    private var isBegun = false
    // Buffers of one frame.
    private var spectrum: [Float]
    private var magnitudes: [Float] = []

    /// - Throws: `AlignmentError.badParameter`, `SoundError.invalidParameter`.
    public init(_ parameters: SpectrumParameters) throws {
        try parameters.validate()
        self.parameters = parameters
        transform = try FourierTransform(size: parameters.window)
        taper = Self.taper(parameters)
        spectrum = [Float](repeating: 0, count: parameters.bands?.binCount ?? parameters.dimensions)
    }

    private static func taper(_ parameters: SpectrumParameters) -> [Float] {
        switch parameters.shape {
        case .rectangular: [Float](repeating: 1, count: parameters.window)
        case .hann:
            (0..<parameters.window).map {
                Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(parameters.window)))
            }
        }
    }

    /// Appends samples, which must be finite.
    public func append(_ samples: Span<Float>) {
        sampleCount += samples.count
        for index in samples.indices { peak = max(peak, abs(samples[index])) }
        samples.withUnsafeBufferPointer { pending.append(contentsOf: $0) }
        begin(isComplete: false)
        transformPending()
    }

    /// Ends the signal and returns its features. Must be called once.
    public func finish() -> FeatureSequence {
        begin(isComplete: true)
        let half = parameters.window / 2
        let frames = 1 + sampleCount / parameters.hop
        switch parameters.padding {
        case .reflection where sampleCount > half: pending += pending.dropLast().suffix(half).reversed()
        default: pending += [Float](repeating: 0, count: half)
        }
        transformPending()
        magnitudes.removeLast(max(0, magnitudes.count - frames * parameters.dimensions))
        scale()
        defer { magnitudes = [] }
        return FeatureSequence(
            dimensions: parameters.dimensions, rate: parameters.sampleRate / Double(parameters.hop), values: magnitudes)
    }

    /// Prepends the padding as soon as the samples that it reflects have arrived.
    private func begin(isComplete: Bool) {
        let half = parameters.window / 2
        guard !isBegun, isComplete || parameters.padding == .silence || pending.count > half else { return }
        isBegun = true
        let reflects = parameters.padding == .reflection && pending.count > half
        let padding = reflects ? pending[1...half].reversed() : [Float](repeating: 0, count: half)
        pending.insert(contentsOf: padding, at: 0)
    }

    private func transformPending() {
        guard isBegun else { return }
        let hop = parameters.hop
        var frames = 0
        // Works on whole buffers: checking every access to a class property costs more than the arithmetic.
        pending.withUnsafeBufferPointer { pending in
            taper.withUnsafeBufferPointer { taper in
                spectrum.withUnsafeMutableBufferPointer { spectrum in
                    while frames * hop + taper.count <= pending.count {
                        let samples = UnsafeBufferPointer(rebasing: pending[(frames * hop)...].prefix(taper.count))
                        Self.spectrum(of: samples, taper, transform, into: spectrum)
                        if let bands = parameters.bands {
                            bands.append(UnsafeBufferPointer(spectrum), to: &magnitudes)
                        } else {
                            magnitudes.append(contentsOf: spectrum)
                        }
                        frames += 1
                    }
                }
            }
        }
        pending.removeFirst(min(frames * hop, pending.count))
    }

    /// Writes the magnitudes of the lowest bins, as many as fit into `magnitudes`.
    private static func spectrum(
        of samples: UnsafeBufferPointer<Float>, _ taper: UnsafeBufferPointer<Float>, _ transform: FourierTransform,
        into magnitudes: UnsafeMutableBufferPointer<Float>
    ) {
        let input = transform.samples
        for index in samples.indices { input[index] = samples[index] * taper[index] }
        transform.forward()
        let output = transform.spectrum
        for bin in magnitudes.indices {
            let (real, imaginary) = (output[2 * bin], output[2 * bin + 1])
            magnitudes[bin] = (real * real + imaginary * imaginary).squareRoot()
        }
    }

    private func scale() {
        let factor = parameters.normalisesPeak && peak > 0 ? 1 / peak : 1
        switch parameters.scale {
        case .linear: for index in magnitudes.indices { magnitudes[index] *= factor }
        case .logarithmic(let offset):
            for index in magnitudes.indices { magnitudes[index] = log(offset + magnitudes[index] * factor) }
        case .compressed(let gain):
            for index in magnitudes.indices { magnitudes[index] = log1p(gain * factor * magnitudes[index]) }
        }
    }
}
