import Sound

/// How audio is converted into features: the options of the paper's appendix B. The defaults are those of section 3.
public struct SpectrumParameters: Sendable, Hashable {
    public enum WindowShape: String, Sendable, Hashable, CaseIterable, Codable {
        case hann
        /// No tapering.
        case rectangular
    }

    /// The scaling of magnitudes.
    public enum Scale: Sendable, Hashable {
        case linear
        /// log(offset + magnitude).
        case logarithmic(offset: Float)
        /// log(1 + gain * magnitude).
        case compressed(gain: Float)
    }

    /// The assumed signal before its beginning and after its end.
    public enum Padding: String, Sendable, Hashable, CaseIterable, Codable {
        case silence
        /// The signal, mirrored.
        case reflection
    }

    /// Samples per window: 16...2^20, even.
    public var window: Int
    /// Samples between successive windows, 1...window.
    public var hop: Int
    /// Number of lowest Fourier bins kept, including DC; nil for all window / 2 + 1.
    public var bins: Int?
    /// If set, bins are summed into these bands and `bins` is ignored.
    public var bands: FrequencyBands?
    public var shape: WindowShape
    public var scale: Scale
    public var padding: Padding
    /// Whether the signal is first normalised to a peak of 1.
    public var normalisesPeak: Bool
    /// Sample rate of the signal in Hz.
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

    /// Values per feature vector.
    public var dimensions: Int { bands?.count ?? bins ?? window / 2 + 1 }

    /// - Throws: `AlignmentError.badParameter`.
    public func validate() throws(AlignmentError) {
        guard (16...1 << 20).contains(window), window % 2 == 0 else {
            throw .badParameter("A window of \(window) samples is not supported: use an even number from 16 to 1048576")
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
        guard isUsable else { throw .badParameter("The logarithm's offset or gain must be a positive finite number") }
        guard sampleRate >= 1000, sampleRate <= 768_000 else {
            throw .badParameter("A sample rate of \(sampleRate) Hz is not supported: use one from 1,000 to 768,000 Hz")
        }
    }
}
