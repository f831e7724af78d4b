import Foundation

/// The features of the live audio: hops in, vectors of ``FeatureShape`` out.
///
/// A causal gain that follows the loudest recent audio removes the loudness. One thread at a time. Allocates nothing
/// after `init`.
final class AudioFeatures {
    let bands: Int
    /// `2 * bands` values, as of the last hop.
    private(set) var vector: [Float]
    /// Logarithmic levels and faded rises of the bands, as of the last hop.
    private(set) var levels: [Float]
    private(set) var rises: [Float]
    /// How much the levels rose in the last hop.
    private(set) var freshRises: [Float]
    /// The weight of the last hop, 0...1: the softer it is relative to the recent audio, the lower.
    private(set) var weight: Float = 0
    /// Whether nothing is being played.
    private(set) var isSilent = true
    /// Number of consecutive silent hops, up to the last one.
    private(set) var silentHops = 0

    private let spectrum: SlidingSpectrum
    private var previous: [Float]
    // The recent maximum of the magnitudes.
    private var peak: Float = AudioFeatures.leastPeak
    private var loudness: Float = 0
    private var hasPrevious = false
    private var background = BackgroundLevel()
    private var noise: NoiseFloor
    /// The factor by which the measured noise is subtracted; above 1 because noise fluctuates.
    private static let noiseExcess: Float = 2.5

    /// The least peak to which audio is normalised, as a magnitude of a band of a 2048-sample window. Softer audio
    /// stays soft.
    private static let leastPeak: Float = 0.05
    /// Factors per hop, with half-lives of 6 s for the peak and 5 s for the loudness.
    private static let peakFading = Float(exp2(-1 / (6 * SlidingSpectrum.rate)))
    private static let loudnessFading = Float(exp2(-1 / (5 * SlidingSpectrum.rate)))
    /// A hop with a lower root mean square is silent: -60 dBFS.
    private static let quietest: Float = 0.001
    /// A hop with a lower level relative to the recent loudness is silent: -34 dB.
    private static let quietShare: Float = 0.02
    /// Decibels relative to the recent peak. From `fullWeight` down to `noWeight`, the weight of a hop falls from 1 to
    /// `leastWeight`.
    private static let fullWeight: Float = -15
    private static let noWeight: Float = -30
    private static let leastWeight: Float = 0.05

    /// - Throws: `SoundError` if the transform cannot be allocated.
    init() throws {
        spectrum = try SlidingSpectrum()
        bands = spectrum.count
        vector = [Float](repeating: 0, count: 2 * bands)
        levels = [Float](repeating: 0, count: bands)
        rises = [Float](repeating: 0, count: bands)
        freshRises = rises
        previous = [Float](repeating: 0, count: bands)
        noise = NoiseFloor(bands: bands)
    }

    func process(_ hop: Span<Float>) {
        spectrum.process(hop)
        measureLoudness()
        noise.add(spectrum.magnitudes)
        var greatest: Float = 0
        for magnitude in spectrum.magnitudes { greatest = max(greatest, magnitude) }
        peak = max(greatest, peak * Self.peakFading, Self.leastPeak)
        let decibels = 20 * log10(max(1e-6, greatest / peak))
        weight = min(1, max(Self.leastWeight, (decibels - Self.noWeight) / (Self.fullWeight - Self.noWeight)))
        let scale = FeatureShape.loudest / peak
        let bands = bands
        swap(&previous, &levels)
        levels.withUnsafeMutableBufferPointer { levels in
            guard let levels = levels.baseAddress else { return }
            for band in 0..<bands {
                // The rest of a noisy band still fluctuates. Compress it less, so that soft sounds count as silence.
                let steady = noise.magnitudes[band]
                levels[band] =
                    max(0, spectrum.magnitudes[band] - Self.noiseExcess * steady)
                    / (1 + scale * steady / FeatureShape.softest)
            }
            FeatureShape.levels(levels, count: bands, scale: scale)
        }
        for band in 0..<bands {
            freshRises[band] = hasPrevious ? max(0, levels[band] - previous[band]) : 0
            rises[band] = FeatureShape.fading * rises[band] + freshRises[band]
        }
        hasPrevious = true
        vector.withUnsafeMutableBufferPointer { vector in
            levels.withUnsafeBufferPointer { levels in
                rises.withUnsafeBufferPointer { rises in
                    guard let vector = vector.baseAddress, let levels = levels.baseAddress,
                        let rises = rises.baseAddress
                    else { return }
                    FeatureShape.write(levels: levels, rises: rises, count: bands, into: vector)
                }
            }
        }
    }

    private func measureLoudness() {
        let level = spectrum.level
        loudness = max(level, loudness * Self.loudnessFading)
        background.add(level)
        isSilent = level < Self.quietest || level < Self.quietShare * loudness || background.covers(level, loudness)
        silentHops = isSilent ? silentHops + 1 : 0
    }

    /// Observes further audio at another tuning; nil for A4 = 440 Hz. The next hop has no rises.
    func retune(_ shift: SpectrumShift?) {
        spectrum.retune(shift)
        hasPrevious = false
    }

    /// Discards the previous audio after a gap, so that the next hop has no rises.
    func reset() {
        spectrum.reset()
        hasPrevious = false
        for band in 0..<bands { rises[band] = 0 }
    }
}

/// The level of the background noise: the softest level of the last seconds.
struct BackgroundLevel {
    /// Hops per span: 5 s. The softest level of the last two spans counts.
    private static let span = 430
    /// The greatest ratio to the background at which a level is noise.
    private static let margin: Float = 2
    /// The greatest ratio to the recent loudness at which a level is noise. Both limits must hold.
    private static let share: Float = 0.06
    /// The weight of each hop in the smoothed level.
    private static let smoothing: Float = 0.2

    private var current = Float.infinity
    private var last = Float.infinity
    private var count = 0
    // Smoothed, because a hop is so short that it may hold only half a period of a low note.
    private var smooth: Float = 0

    mutating func add(_ level: Float) {
        smooth += Self.smoothing * (level - smooth)
        current = min(current, smooth)
        count += 1
        if count == Self.span {
            (last, current, count) = (current, .infinity, 0)
        }
    }

    func covers(_ level: Float, _ loudness: Float) -> Bool {
        let floor = min(current, last)
        return level < Self.margin * floor && level < Self.share * loudness
    }
}
