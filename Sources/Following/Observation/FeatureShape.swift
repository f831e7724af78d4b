import Kernels

/// What sound and score are compared by: the shape of a spectrum and what has risen in it, as one vector.
///
/// The first half holds the logarithmic levels of the bands less their mean, the second how much each band has risen lately. Each half
/// is brought to length 1, or less where there is hardly any shape, so that the product of two vectors is near 2 for the same sound
/// at an onset, near 1 for the same sound between onsets, and near 0 for unrelated ones.
enum FeatureShape {
    /// Bands are compared as log(1 + magnitude / softest), magnitudes being scaled so that the loudest lately was ``loudest``.
    static let softest: Float = 0.2
    static let loudest: Float = 50
    /// A rise counts this much less in each following hop.
    static let fading: Float = 0.6
    /// Shorter halves aren't brought to length 1, only scaled as these are.
    private static let leastLevels: Float = 6
    private static let leastRises: Float = 3

    /// Turns magnitudes, in place, into levels.
    static func levels(_ values: UnsafeMutablePointer<Float>, count: Int, scale: Float) {
        let factor = scale / softest
        for band in 0..<count { values[band] *= factor }
        nk_log_relu(values, count)
    }

    /// Writes the vector of `2 * count` values.
    static func write(
        levels: UnsafePointer<Float>, rises: UnsafePointer<Float>, count: Int, into vector: UnsafeMutablePointer<Float>
    ) {
        var mean: Float = 0
        for band in 0..<count { mean += levels[band] }
        mean /= Float(count)
        for band in 0..<count {
            vector[band] = levels[band] - mean
            vector[count + band] = rises[band]
        }
        scale(vector, count, least: leastLevels)
        scale(vector + count, count, least: leastRises)
    }

    private static func scale(_ values: UnsafeMutablePointer<Float>, _ count: Int, least: Float) {
        let factor = 1 / max(least, nk_sum_of_squares(values, count).squareRoot())
        for index in 0..<count { values[index] *= factor }
    }
}
