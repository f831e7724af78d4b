import Sound

/// How sound becomes features: the choices of the paper's appendix B. The defaults are the paper's (section 3).
public struct SpectrumParameters: Sendable, Hashable {
    public enum WindowShape: String, Sendable, Hashable, CaseIterable, Codable {
        case hann
        /// No window: every sample counts the same.
        case rectangular
    }

    /// What becomes of magnitudes.
    public enum Scale: Sendable, Hashable {
        case linear
        /// log(offset + magnitude).
        case logarithmic(offset: Float)
        /// log(1 + gain * magnitude).
        case compressed(gain: Float)
    }

    /// What is taken to lie before the beginning and after the end.
    public enum Padding: String, Sendable, Hashable, CaseIterable, Codable {
        case silence
        /// The signal itself, backwards.
        case reflection
    }

    /// Samples in a window: 16...2^20, even.
    public var window: Int
    /// Samples from a window to the next, 1...window.
    public var hop: Int
    /// How many of the lowest Fourier components are kept, the constant one among them; nil keeps all, window / 2 + 1.
    public var bins: Int?
    /// If set, bins are added up to these bands, and `bins` doesn't matter.
    public var bands: FrequencyBands?
    public var shape: WindowShape
    public var scale: Scale
    public var padding: Padding
    /// Whether the signal is first scaled so that its greatest magnitude is 1.
    public var normalisesPeak: Bool
    /// Of the signal, in Hz.
    public var sampleRate: Double

    public init(
        window: Int = 2048, hop: Int = 512, bins: Int? = 50, bands: FrequencyBands? = nil, shape: WindowShape = .hann,
        scale: Scale = .logarithmic(offset: 1e-3), padding: Padding = .silence, normalisesPeak: Bool = true,
        sampleRate: Double = 44_100
    ) {
        self.window = window
        self.hop = hop
        self.bins = bins
        self.bands = bands
        self.shape = shape
        self.scale = scale
        self.padding = padding
        self.normalisesPeak = normalisesPeak
        self.sampleRate = sampleRate
    }

    /// Values of a feature vector.
    public var dimensions: Int { bands?.count ?? bins ?? window / 2 + 1 }

    /// - Throws: `AlignmentError.badParameter`.
    public func validate() throws(AlignmentError) {
        guard (16...1 << 20).contains(window), window % 2 == 0 else {
            throw .badParameter("A window of \(window) samples is not possible: use an even number from 16 to 1048576")
        }
        guard (1...window).contains(hop) else {
            throw .badParameter("A hop of \(hop) samples does not fit a window of \(window): use 1 to \(window)")
        }
        guard (1...window / 2 + 1).contains(dimensions), bands.map({ $0.binCount <= window / 2 + 1 }) ?? true else {
            throw .badParameter("A window of \(window) samples has \(window / 2 + 1) bins, not \(dimensions)")
        }
        let isUsable =
            switch scale {
            case .linear: true
            case .logarithmic(let number), .compressed(let number): number.isFinite && number > 0
            }
        guard isUsable else { throw .badParameter("The logarithm's offset or gain must be a number above 0") }
        guard sampleRate >= 1000, sampleRate <= 768_000 else {
            throw .badParameter("A sample rate of \(sampleRate) Hz is not supported: use one from 1,000 to 768,000 Hz")
        }
    }
}
