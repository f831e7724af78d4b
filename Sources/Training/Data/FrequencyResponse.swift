import Basics
import Foundation
import Networks

/// A random frequency response with finer structure than an equaliser of a few sections, like that of rooms,
/// soundboards and microphones.
///
/// A soundfont plays each key with the same relative levels of partials every time. A random response keeps a network
/// from relying on them. The gains at knots two semitones apart are normally distributed, with smooth interpolation in
/// between.
enum FrequencyResponse {
    /// Distance between two knots, in octaves.
    private static let spacing = 1.0 / 6

    /// Writes a power factor for each band.
    ///
    /// - Parameters:
    ///   - bands: number of bands, evenly spaced in log-frequency.
    ///   - perOctave: bands in an octave.
    ///   - deviation: upper limit for the standard deviation of the gains in decibels, which is drawn uniformly. With
    ///     0, all factors are 1 and no random number is drawn.
    static func draw(
        bands: Int, perOctave: Int, deviation: Double, _ random: inout SplitMix64,
        into factors: UnsafeMutablePointer<Float>
    ) {
        factors.update(repeating: 1, count: bands)
        guard deviation > 0 else { return }
        let scale = Float(random.uniform(0...deviation) * log(10) / 10)
        let step = Double(perOctave) * spacing
        var (low, high) = (scale * random.gaussian(), scale * random.gaussian())
        var knot = 0
        for band in 0..<bands {
            let place = Double(band) / step
            while Int(place) > knot {
                (low, high) = (high, scale * random.gaussian())
                knot += 1
            }
            let part = Float((1 - cos(.pi * (place - Double(knot)))) / 2)
            factors[band] = exp(low * (1 - part) + high * part)
        }
    }
}
