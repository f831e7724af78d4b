import Kernels

/// The features by which audio and score are compared: the shape of a spectrum and its recent rises, as one vector.
///
/// The first half holds the logarithmic levels of the bands minus their mean, the second half how much each band has
/// risen recently. Each half is scaled to length 1, or less if it has hardly any shape. The dot product of two vectors
/// is therefore near 2 for the same sound at an onset, near 1 for the same sound between onsets, and near 0 for
/// unrelated sounds.
enum FeatureShape {
    /// Levels are log(1 + magnitude / softest), after magnitudes have been scaled so that the recent maximum is
    /// ``loudest``.
    static let softest: Float = 0.2
    static let loudest: Float = 50
    /// The factor by which a rise fades per hop.
    static let fading: Float = 0.6
    /// A half that is shorter than this is divided by this value instead of by its length.
    private static let leastLevels: Float = 6
    private static let leastRises: Float = 3

    /// Converts magnitudes to levels, in place.
    static func levels(_ values: UnsafeMutablePointer<Float>, count: Int, scale: Float) {
        let factor = scale / softest
        for band in 0..<count { values[band] *= factor }
        nk_log_relu(values, count)
    }

    /// Writes the vector, which has `2 * count` values.
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
