import Basics
import Foundation
import Networks

/// A random frequency response, finer than filters of a few sections make: what rooms, soundboards and microphones do to single partials.
///
/// Samples of an instrument carry one set of partials' levels for each key; through these, no level of one partial beside another can be relied
/// on. Gains are normal numbers every two semitones with smooth ways between them.
enum FrequencyResponse {
    /// Octaves from one gain to the next.
    private static let spacing = 1.0 / 6

    /// Writes a factor of the power for each band.
    ///
    /// - Parameters:
    ///   - bands: in log-frequency.
    ///   - deviation: decibels; the standard deviation of the gains is drawn from 0 to this. 0 writes ones and draws nothing.
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
