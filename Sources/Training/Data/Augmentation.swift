import Basics

/// Random changes to each excerpt before the network sees it, as set in a recipe. By default there are none, as in the
/// paper.
public struct Augmentation: Codable, Equatable, Sendable {
    /// Largest pitch shift, in whole semitones either way. Labels are shifted too.
    public var semitones: Int = 0
    /// Largest additional detuning, in cents either way.
    public var cents: Double = 0
    /// Largest change of level, in decibels either way.
    public var gain: Double = 0
    /// Probability that a second excerpt is mixed in, 0...1.
    public var mix: Double = 0
    /// Probability that noise is added, 0...1. Its level is drawn from `noiseRange`, in decibels relative to the
    /// conditioner's target level.
    public var noise: Double = 0
    public var noiseRange: [Double] = [-60, -20]
    /// Probability that an excerpt is only noise, without notes, 0...1.
    public var silence: Double = 0

    /// Probability that the excerpt is equalised, 0...1, by `tonePeaks` peaking filters of up to `toneGain` decibels
    /// either way, at frequencies from 60 Hz to 10 kHz.
    public var tone: Double = 0
    public var tonePeaks = 3
    public var toneGain: Double = 9
    /// Probability of a low-pass filter, 0...1. Its frequency is drawn from `lowPassRange`, in Hz.
    public var lowPass: Double = 0
    public var lowPassRange: [Double] = [5_000, 15_000]

    /// Largest standard deviation of a random frequency response, in decibels; see ``FrequencyResponse``. Only for
    /// networks that begin with a filter bank.
    public var response: Double = 0

    public init() {}

    enum CodingKeys: String, CodingKey {
        case semitones, cents, mix, noise, silence, tone
        case tonePeaks = "tone_peaks"
        case toneGain = "tone_gain_db"
        case response = "response_db"
        case lowPass = "low_pass"
        case lowPassRange = "low_pass_hz"
        case gain = "gain_db"
        case noiseRange = "noise_db"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        semitones = try values.decodeIfPresent(Int.self, forKey: .semitones) ?? 0
        cents = try values.decodeIfPresent(Double.self, forKey: .cents) ?? 0
        gain = try values.decodeIfPresent(Double.self, forKey: .gain) ?? 0
        mix = try values.decodeIfPresent(Double.self, forKey: .mix) ?? 0
        noise = try values.decodeIfPresent(Double.self, forKey: .noise) ?? 0
        noiseRange = try values.decodeIfPresent([Double].self, forKey: .noiseRange) ?? [-60, -20]
        silence = try values.decodeIfPresent(Double.self, forKey: .silence) ?? 0
        tone = try values.decodeIfPresent(Double.self, forKey: .tone) ?? 0
        tonePeaks = try values.decodeIfPresent(Int.self, forKey: .tonePeaks) ?? 3
        toneGain = try values.decodeIfPresent(Double.self, forKey: .toneGain) ?? 9
        lowPass = try values.decodeIfPresent(Double.self, forKey: .lowPass) ?? 0
        lowPassRange = try values.decodeIfPresent([Double].self, forKey: .lowPassRange) ?? [5_000, 15_000]
        response = try values.decodeIfPresent(Double.self, forKey: .response) ?? 0
        guard (0...40).contains(response) else {
            throw DecodingError.dataCorruptedError(
                forKey: .response, in: values, debugDescription: "response_db must be from 0 to 40")
        }
        guard lowPassRange.count == 2, lowPassRange[0] <= lowPassRange[1], lowPassRange[0] > 20 else {
            throw DecodingError.dataCorruptedError(
                forKey: .lowPassRange, in: values,
                debugDescription: "low_pass_hz must be two frequencies above 20, the lower first")
        }
        guard noiseRange.count == 2, noiseRange[0] <= noiseRange[1] else {
            throw DecodingError.dataCorruptedError(
                forKey: .noiseRange, in: values, debugDescription: "noise_db must be two numbers, the smaller first")
        }
    }
}

/// Precomputed noise, read from random offsets: white noise, and pink noise by the Voss-McCartney algorithm.
///
/// Both have an RMS of 1.
struct NoiseTable: Sendable {
    let white: [Float]
    let pink: [Float]

    init(seed: UInt64, count: Int = 1 << 21) {
        var random = SplitMix64(seed: seed, step: -1)
        let white = (0..<count).map { _ in random.gaussian() }
        var held = [Float](repeating: 0, count: 16)
        var total: Float = 0
        var pink = (0..<count).map { index -> Float in
            let row = min(15, index == 0 ? 0 : index.trailingZeroBitCount)
            let fresh = random.gaussian()
            total += fresh - held[row]
            held[row] = fresh
            return total + white[index]
        }
        let rms = (pink.reduce(0) { $0 + $1 * $1 } / Float(count)).squareRoot()
        for index in pink.indices { pink[index] /= rms }
        self.white = white
        self.pink = pink
    }
}
