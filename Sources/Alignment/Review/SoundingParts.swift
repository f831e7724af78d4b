/// Where a recording isn't quiet.
struct SoundingParts: Sendable {
    /// A share of the loudest parts' magnitude that only music, speech and applause reach (-26 dB).
    static let music: Float = 0.05
    /// One that soft notes and those dying away reach as well (-40 dB).
    static let anything: Float = 0.01

    private let isLoud: [Bool]

    /// - Parameter share: of the loudest parts' magnitude; what is below it is quiet.
    init(_ levels: BandLevels, share: Float) {
        let bands = BandLevels.dimensions
        let threshold = BandLevels.reference * share
        isLoud = (0..<levels.frameCount).map { frame in
            levels.magnitudes[frame * bands..<(frame + 1) * bands].contains { $0 > threshold }
        }
    }

    /// Seconds from the first to the last moment that isn't quiet.
    var extent: Double {
        guard let first = isLoud.firstIndex(of: true), let last = isLoud.lastIndex(of: true) else { return 0 }
        return Double(last - first + 1) / BandLevels.rate
    }

    /// Seconds of a part of the recording in which something sounds.
    func seconds(in times: Range<Double>) -> Double {
        let first = max(0, min(isLoud.count, Int(times.lowerBound * BandLevels.rate)))
        let last = max(first, min(isLoud.count, Int(times.upperBound * BandLevels.rate)))
        return Double(isLoud[first..<last].count { $0 }) / BandLevels.rate
    }
}
