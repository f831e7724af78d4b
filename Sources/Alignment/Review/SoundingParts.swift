/// Where a recording isn't quiet.
struct SoundingParts: Sendable {
    /// Relative to the loud parts: nepers below which a frame is quiet (26 dB).
    private static let quiet: Float = 3
    private let isLoud: [Bool]

    init(_ levels: BandLevels) {
        let bands = BandLevels.dimensions
        let loudest = (0..<levels.frameCount).map { frame in
            levels.magnitudes[frame * bands..<(frame + 1) * bands].max() ?? 0
        }
        let threshold = BandLevels.reference * 0.05
        isLoud = loudest.map { $0 > threshold }
    }

    /// Seconds of a part of the recording in which something sounds.
    func seconds(in times: Range<Double>) -> Double {
        let first = max(0, min(isLoud.count, Int(times.lowerBound * BandLevels.rate)))
        let last = max(first, min(isLoud.count, Int(times.upperBound * BandLevels.rate)))
        return Double(isLoud[first..<last].count { $0 }) / BandLevels.rate
    }
}
