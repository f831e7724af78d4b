import Basics

/// Follows the samples of a recording and tells whether it is silent or clipped all through.
struct LevelCheck {
    private var lowest: Float = .infinity
    private var highest: Float = -.infinity
    private var count = 0
    private var atFullScale = 0

    /// Half the span between the lowest and the highest sample up to which a recording counts as silent: -80 dBFS. An
    /// offset is no sound.
    private static let silence: Float = 1e-4
    /// From here on a sample counts as clipped: a hair below what 16 bits reach.
    private static let fullScale: Float = 0.999
    /// Share of such samples that music that isn't clipped doesn't reach.
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
            return [Finding(.silentAudio, "the audio is silent all through")]
        }
        let share = Double(atFullScale) / Double(count)
        guard share >= Self.clippedShare else { return [] }
        let percent = Numeral.fixed(share * 100, 1)
        return [Finding(.clippedAudio, count: atFullScale, "\(percent)% of the samples are at full scale")]
    }
}
