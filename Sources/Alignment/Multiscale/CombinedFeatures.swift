import Foundation

/// Full-rate features: the level of each band and its rise since the previous frame.
enum CombinedFeatures {
    /// The weight of rises relative to levels.
    static let riseWeight: Float = 2
    static var dimensions: Int { 2 * BandLevels.dimensions }

    /// - Parameter logarithms: those of `BandLevels`.
    static func sequence(_ logarithms: [Float]) -> FeatureSequence {
        let bands = BandLevels.dimensions
        let count = logarithms.count / bands
        let values = [Float](unsafeUninitializedCapacity: count * dimensions) { buffer, filled in
            for frame in 0..<count {
                for band in 0..<bands {
                    let level = logarithms[frame * bands + band]
                    let rise = frame > 0 ? max(0, level - logarithms[(frame - 1) * bands + band]) : 0
                    buffer.initializeElement(at: frame * dimensions + band, to: level)
                    buffer.initializeElement(at: frame * dimensions + bands + band, to: riseWeight * rise)
                }
            }
            filled = count * dimensions
        }
        return FeatureSequence(dimensions: dimensions, rate: BandLevels.rate, values: values)
    }

    /// Shifts each band of `logarithms` by its median difference from `target`, taken over the frames that are not
    /// quiet. This compensates for the frequency response of instrument, room and microphone.
    ///
    /// - Parameter frames: those that hold music in both sequences.
    static func equalise(_ logarithms: inout [Float], to target: [Float], frames: Range<Int>) {
        let bands = BandLevels.dimensions
        let count = min(logarithms.count, target.count) / bands
        let frames = frames.clamped(to: 0..<count)
        let loudness = frames.map { frame in logarithms[frame * bands..<(frame + 1) * bands].reduce(0, +) }
        let quiet = loudness.sorted()[safe: frames.count / 5] ?? 0
        let active = frames.filter { loudness[$0 - frames.lowerBound] > quiet }
        // A few thousand frames suffice for a median.
        let step = max(1, active.count / 4_000)
        let sample = stride(from: 0, to: active.count, by: step).map { active[$0] }
        guard !sample.isEmpty else { return }
        let differences = (0..<bands).map { band in
            sample.map { target[$0 * bands + band] - logarithms[$0 * bands + band] }.sorted()[sample.count / 2]
        }
        for index in logarithms.indices { logarithms[index] += differences[index % bands] }
    }
}
