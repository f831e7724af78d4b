import Basics

/// Detects recordings that are silent or clipped throughout.
struct LevelCheck {
    private var lowest: Float = .infinity
    private var highest: Float = -.infinity
    private var count = 0
    private var atFullScale = 0

    /// A recording is silent if half the range of its samples is at most this: -80 dBFS. A constant offset is silence.
    private static let silence: Float = 1e-4
    /// Samples of at least this magnitude count as clipped: slightly below 16-bit full scale.
    private static let fullScale: Float = 0.999
    /// The fraction of clipped samples from which a recording counts as clipped; unclipped music stays below it.
    private static let clippedShare = 0.01

    mutating func add(_ samples: Span<Float>) {
        for index in samples.indices {
            let sample = samples[index]
            lowest = min(lowest, sample)
            highest = max(highest, sample)
            if abs(sample) >= Self.fullScale { atFullScale += 1 }
        }
        count += samples.count
    }

    var findings: [Finding] {
        guard count > 0 else { return [] }
        if (highest - lowest) / 2 <= Self.silence {
            return [Finding(.silentAudio, "the audio is silent throughout")]
        }
        let share = Double(atFullScale) / Double(count)
        guard share >= Self.clippedShare else { return [] }
        let percent = Numeral.fixed(share * 100, 1)
        return [Finding(.clippedAudio, count: atFullScale, "\(percent)% of the samples are at full scale")]
    }
}
