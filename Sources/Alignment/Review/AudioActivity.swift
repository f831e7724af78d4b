/// Where a recording is active, that is, not quiet.
struct AudioActivity: Sendable {
    /// The threshold for music, speech and applause: -26 dB relative to the reference level.
    static let music: Float = 0.05
    /// The threshold that also includes soft notes and their decay: -40 dB.
    static let faint: Float = 0.01

    private let isLoud: [Bool]

    /// - Parameter share: the threshold relative to the reference level.
    init(_ levels: BandLevels, share: Float) {
        let bands = BandLevels.dimensions
        let threshold = BandLevels.reference * share
        isLoud = (0..<levels.frameCount).map { frame in
            levels.magnitudes[frame * bands..<(frame + 1) * bands].contains { $0 > threshold }
        }
    }

    /// Seconds from the first to the last active frame.
    var extent: Double {
        guard let first = isLoud.firstIndex(of: true), let last = isLoud.lastIndex(of: true) else { return 0 }
        return Double(last - first + 1) / BandLevels.rate
    }

    /// Seconds of activity within an interval.
    func seconds(in times: Range<Double>) -> Double {
        let first = max(0, min(isLoud.count, Int(times.lowerBound * BandLevels.rate)))
        let last = max(first, min(isLoud.count, Int(times.upperBound * BandLevels.rate)))
        return Double(isLoud[first..<last].count { $0 }) / BandLevels.rate
    }
}
