import Foundation

/// The live side of the comparison: hops of sound in, vectors of ``FeatureShape`` out.
///
/// Loudness is taken out by a causal gain that follows the loudest recent sound. One thread at a time; allocates nothing once made.
final class AudioFeatures {
    let bands: Int
    /// `2 * bands` values, as of the last hop.
    private(set) var vector: [Float]
    /// Logarithmic levels and faded rises of the bands, as of the last hop.
    private(set) var levels: [Float]
    private(set) var rises: [Float]
    /// How much the levels rose in the last hop.
    private(set) var freshRises: [Float]
    /// How much the last hop has to say, 0...1: less the softer it is beside what was heard lately.
    private(set) var weight: Float = 0
    /// Whether nobody plays.
    private(set) var isSilent = true
    /// Hops in a row in which nobody played.
    private(set) var silentHops = 0

    private let spectrum: SlidingSpectrum
    private var previous: [Float]
    // The greatest magnitude of a band lately.
    private var peak: Float = AudioFeatures.leastPeak
    private var loudness: Float = 0
    private var hasPrevious = false
    private var background = Background()
    private var noise: NoiseFloor
    /// So many times the noise is taken off: it is not steady.
    private static let noiseExcess: Float = 2.5

    /// What is softer than this (of a band of a 2048-sample window) is never raised to full scale.
    private static let leastPeak: Float = 0.05
    private static let peakFading = Float(exp2(-1 / (6 * SlidingSpectrum.rate)))
    private static let loudnessFading = Float(exp2(-1 / (5 * SlidingSpectrum.rate)))
    /// Root mean square of a hop: -60 dBFS.
    private static let quietest: Float = 0.001
    /// Beside the loudest lately: -34 dB.
    private static let quietShare: Float = 0.02
    /// Decibels below the loudest lately: from here on a hop counts less, and from there on hardly.
    private static let fullWeight: Float = -15
    private static let noWeight: Float = -30
    private static let leastWeight: Float = 0.05

    /// - Throws: `SoundError` where there is no memory for the transform.
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
                // What is left of noisy bands is not steady: it is compressed less, as if softer sound were silence.
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
        isSilent = level < Self.quietest || level < Self.quietShare * loudness || background.explains(level, loudness)
        silentHops = isSilent ? silentHops + 1 : 0
    }

    /// Sound was lost: what comes next doesn't follow from what came before.
    func reset() {
        spectrum.reset()
        hasPrevious = false
        for band in 0..<bands { rises[band] = 0 }
    }
}

/// The noise that is always there: the softest that was heard in the last seconds.
struct Background {
    /// Hops of a span; the softest of the last two spans counts.
    private static let span = 430
    /// Sound up to this many times as loud as the background is the background,
    private static let margin: Float = 2
    /// if it is also softer than this share of the loudest lately.
    private static let share: Float = 0.06

    private var current = Float.infinity
    private var last = Float.infinity
    private var count = 0
    // A hop is short: half a period of a low note may hide in it.
    private var smooth: Float = 0

    mutating func add(_ level: Float) {
        smooth += 0.2 * (level - smooth)
        current = min(current, smooth)
        count += 1
        if count == Self.span {
            (last, current, count) = (current, .infinity, 0)
        }
    }

    func explains(_ level: Float, _ loudness: Float) -> Bool {
        let floor = min(current, last)
        return level < Self.margin * floor && level < Self.share * loudness
    }
}
