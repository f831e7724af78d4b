import Foundation

/// Features at about ten frames per second that depend on the notes played and little on instrument, room and loudness.
///
/// Each vector holds the bands' levels, each relative to the band's median, and the bands' rises (level increases);
/// both halves are centred. The norm of a vector is 1, or less where the signal is weak. One minus the inner product of
/// two vectors is therefore near 0 for the same music and about 1 for unrelated music.
struct CoarseFeatures: Sendable {
    /// The weight of rises relative to levels.
    private static let riseWeight: Float = 0.4
    /// Vectors with a smaller norm (relative to the square root of their dimension) are not normalised to length 1.
    private static let minimumNorm: Float = 0.35
    /// Lower bound of relative levels, in standard deviations.
    private static let lowest: Float = -1.5

    /// `count` vectors of `dimensions` floats.
    let values: [Float]
    let count: Int
    /// Number of `BandLevels` frames pooled into each vector.
    let pooling: Int
    /// The mean level of each vector, in nepers.
    let loudness: [Float]
    static var dimensions: Int { 2 * BandLevels.dimensions }
    /// Vectors per second.
    var rate: Double { BandLevels.rate / Double(pooling) }

    init(_ levels: BandLevels, pooling: Int) {
        let bands = BandLevels.dimensions
        let count = levels.frameCount / pooling
        var pooled = [Float](repeating: 0, count: count * bands)
        var rises = [Float](repeating: 0, count: count * bands)
        let logarithms = levels.logarithms()
        for index in 0..<count {
            for band in 0..<bands {
                var sum: Float = 0
                var rise: Float = 0
                for frame in index * pooling..<(index + 1) * pooling {
                    let offset = frame * bands + band
                    sum += levels.magnitudes[offset]
                    if frame > 0 { rise = max(rise, logarithms[offset] - logarithms[offset - bands]) }
                }
                pooled[index * bands + band] = log(BandLevels.floor + sum / Float(pooling))
                rises[index * bands + band] = rise
            }
        }
        self.pooling = pooling
        self.count = count
        loudness = (0..<count).map { index in
            pooled[index * bands..<(index + 1) * bands].reduce(0, +) / Float(bands)
        }
        values = Self.vectors(levels: pooled, rises: rises, loudness: loudness)
    }

    init(values: [Float], count: Int, pooling: Int, loudness: [Float]) {
        self.values = values
        self.count = count
        self.pooling = pooling
        self.loudness = loudness
    }

    private static func vectors(levels: [Float], rises: [Float], loudness: [Float]) -> [Float] {
        let bands = BandLevels.dimensions
        let count = loudness.count
        let quiet = loudness.sorted()[safe: count * 3 / 10] ?? 0
        let active = loudness.indices.filter { loudness[$0] > quiet }
        let medians = (0..<bands).map { band in
            active.map { levels[$0 * bands + band] }.sorted()[safe: active.count / 2] ?? 0
        }
        var relative = levels
        for index in relative.indices { relative[index] -= medians[index % bands] }
        let levelScale = 1 / max(1e-6, deviation(relative, active))
        let riseScale = riseWeight / max(1e-6, deviation(rises, active))
        var vectors = [Float](repeating: 0, count: 2 * count * bands)
        let minimum = minimumNorm * Float(2 * bands).squareRoot()
        for index in 0..<count {
            var part = [Float](repeating: 0, count: 2 * bands)
            for band in 0..<bands {
                part[band] = max(lowest, relative[index * bands + band] * levelScale)
                part[bands + band] = rises[index * bands + band] * riseScale
            }
            for half in [0..<bands, bands..<2 * bands] {
                let mean = part[half].reduce(0, +) / Float(bands)
                for offset in half { part[offset] -= mean }
            }
            let norm = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let factor = 1 / max(norm, minimum)
            for offset in part.indices { vectors[index * 2 * bands + offset] = part[offset] * factor }
        }
        return vectors
    }

    /// The standard deviation of all values in the given frames.
    private static func deviation(_ values: [Float], _ frames: [Int]) -> Float {
        let bands = BandLevels.dimensions
        var sum = 0.0
        var squares = 0.0
        for frame in frames {
            for offset in frame * bands..<(frame + 1) * bands {
                let value = Double(values[offset])
                sum += value
                squares += value * value
            }
        }
        let count = Double(max(1, frames.count * bands))
        return Float(max(0, squares / count - (sum / count) * (sum / count)).squareRoot())
    }
}

extension Array {
    /// The element at `index`, or nil if the index is out of range.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
