import Foundation

/// Features at some ten frames a second that depend on what is played, and little on instrument, room and loudness.
///
/// Each vector holds the bands' levels, each band relative to its own median, and how much each band rises, both centred; its length is
/// 1 at most, and less where hardly anything sounds. So 1 minus a product of two vectors is near 0 for the same music and about 1 for
/// unrelated music.
struct CoarseFeatures: Sendable {
    /// The share of rises in a vector, beside levels.
    private static let riseWeight: Float = 0.4
    /// Vectors shorter than this (in units of the root of their size) are not brought to length 1.
    private static let leastNorm: Float = 0.35
    /// Levels further below the median than this many deviations count as this.
    private static let lowest: Float = -1.5

    /// `count` vectors of `dimensions` floats.
    let values: [Float]
    let count: Int
    /// Frames of `BandLevels` in a vector.
    let pooling: Int
    /// The mean level of each, in nepers.
    let loudness: [Float]
    static var dimensions: Int { 2 * BandLevels.dimensions }
    /// Vectors a second.
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
                    let place = frame * bands + band
                    sum += levels.magnitudes[place]
                    if frame > 0 { rise = max(rise, logarithms[place] - logarithms[place - bands]) }
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
        let least = leastNorm * Float(2 * bands).squareRoot()
        for index in 0..<count {
            var part = [Float](repeating: 0, count: 2 * bands)
            for band in 0..<bands {
                part[band] = max(lowest, relative[index * bands + band] * levelScale)
                part[bands + band] = rises[index * bands + band] * riseScale
            }
            for half in [0..<bands, bands..<2 * bands] {
                let mean = part[half].reduce(0, +) / Float(bands)
                for place in half { part[place] -= mean }
            }
            let norm = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let factor = 1 / max(norm, least)
            for place in part.indices { vectors[index * 2 * bands + place] = part[place] * factor }
        }
        return vectors
    }

    /// The standard deviation of all values of the given vectors.
    private static func deviation(_ values: [Float], _ frames: [Int]) -> Float {
        let bands = BandLevels.dimensions
        var sum = 0.0
        var squares = 0.0
        for frame in frames {
            for place in frame * bands..<(frame + 1) * bands {
                let value = Double(values[place])
                sum += value
                squares += value * value
            }
        }
        let count = Double(max(1, frames.count * bands))
        return Float(max(0, squares / count - (sum / count) * (sum / count)).squareRoot())
    }
}

extension Array {
    /// The element, nil where there is none.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
