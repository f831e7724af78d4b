import Foundation

/// A whole score as a few coarse vectors per second, one byte per value. The search for the players runs over all of
/// them.
///
/// A longer score has fewer vectors per second, so that the search costs about the same per hop for every length.
struct CoarseScore: Sendable {
    /// Hops of 512 samples per vector, at the written tempo.
    let pooling: Int
    /// Number of vectors.
    let count: Int
    /// Values per vector: levels, then rises.
    let dimensions: Int
    /// `count * dimensions` values, each the true value times ``unit``.
    let values: [Int8]
    /// Seconds of the score from one vector to the next.
    var period: Double { Double(pooling) / SlidingSpectrum.rate }

    /// The scale of the bytes, which are clamped to -127...127.
    static let unit: Float = 180
    /// The least number of hops per vector.
    private static let leastPooling = 8
    /// The number of vectors compared per hop for which the pooling is chosen.
    static let share = 1300
    /// Number of moments of the score that are pooled into one vector.
    private static let samples = 4

    init(_ sound: EventSound) {
        let table = sound.table
        let length = (table.seconds.last ?? 0) + (table.durations.last ?? 0)
        let hops = length * SlidingSpectrum.rate
        let pooling = max(Self.leastPooling, 4 * Int((hops / Double(Self.share)).squareRoot() / 4 + 1))
        let count = max(1, Int(hops) / pooling + 1)
        let bands = max(1, sound.bands)
        let pool = CoarsePool(bands: bands)
        var values = [Int8](repeating: 0, count: count * 2 * bands)
        var now = [Float](repeating: 0, count: bands)
        var before = [Float](repeating: 0, count: bands)
        let step = Double(pooling) / Double(Self.samples) / SlidingSpectrum.rate
        for index in 0..<count {
            for part in 0..<Self.samples {
                let second = (Double(index * Self.samples + part) + 0.5) * step
                let event = table.event(atSeconds: second)
                let age = max(0, second - table.seconds[event]) * SlidingSpectrum.rate + 1
                now.withUnsafeMutableBufferPointer { now in
                    if let now = now.baseAddress {
                        sound.writeLevels(event, age: Float(age), slowness: 1, into: now)
                    }
                }
                // An event that begins within this vector is a rise.
                let isNew = age <= Double(pooling)
                if isNew {
                    before.withUnsafeMutableBufferPointer { before in
                        if let before = before.baseAddress {
                            sound.writeLevels(event, age: 0, slowness: 1, into: before)
                        }
                    }
                }
                pool.add(levels: now) { band in isNew ? max(0, now[band] - before[band]) : 0 }
            }
            pool.finish { place, value in values[index * 2 * bands + place] = Self.byte(value) }
        }
        self.pooling = pooling
        self.count = count
        self.values = values
        dimensions = 2 * bands
    }

    static func byte(_ value: Float) -> Int8 { Int8(max(-127, min(127, (value * unit).rounded()))) }
}

/// Pools several moments into one coarse vector: the mean of the levels, and the greatest rise of each band.
///
/// Allocates nothing after `init`. One thread at a time.
final class CoarsePool {
    private let bands: Int
    private var levels: [Float]
    private var rises: [Float]
    private var count = 0

    /// Halves shorter than this are not scaled to their full length.
    private static let leastNorm: Float = 6
    /// The weight of the rises relative to the levels.
    private static let riseWeight: Float = 0.8

    init(bands: Int) {
        self.bands = bands
        levels = [Float](repeating: 0, count: bands)
        rises = [Float](repeating: 0, count: bands)
    }

    func add(levels new: [Float], rise: (Int) -> Float) {
        for band in 0..<bands {
            levels[band] += new[band]
            rises[band] = max(rises[band], rise(band))
        }
        count += 1
    }

    /// Passes the values of the vector, whose length is at most 1, to `body`, and begins the next vector.
    func finish(_ body: (Int, Float) -> Void) {
        var mean: Float = 0
        for band in 0..<bands { mean += levels[band] }
        mean /= Float(bands)
        var squares: (levels: Float, rises: Float) = (0, 0)
        let share = 1 / Float(max(1, count))
        for band in 0..<bands {
            levels[band] = (levels[band] - mean) * share
            squares.levels += levels[band] * levels[band]
            squares.rises += rises[band] * rises[band]
        }
        let norm = (1 + Self.riseWeight * Self.riseWeight).squareRoot()
        let levelFactor = 1 / (norm * max(Self.leastNorm, squares.levels.squareRoot()))
        let riseFactor = Self.riseWeight / (norm * max(Self.leastNorm, squares.rises.squareRoot()))
        for band in 0..<bands {
            body(band, levels[band] * levelFactor)
            body(bands + band, rises[band] * riseFactor)
            levels[band] = 0
            rises[band] = 0
        }
        count = 0
    }
}
