import Foundation

/// A generic note: harmonics that are weaker and shorter the higher they are.
enum SyntheticNote {
    private static let partials = 20
    /// Of the first partial: about that of a soundfont's note of medium velocity.
    private static let amplitude: Float = 0.03
    /// Seconds in which the first partial falls to 1/e.
    private static let decay = 1.5
    /// Seconds until a partial has its full amplitude.
    private static let attack = 0.004
    private static let rate = 44_100.0

    /// Renders a note that begins with the first sample.
    ///
    /// - Parameter pitch: MIDI note number; A4 is 440 Hz.
    static func play(pitch: Int, into samples: inout [Float]) {
        let fundamental = 440 * pow(2, Double(pitch - 69) / 12)
        samples.withUnsafeMutableBufferPointer { samples in
            samples.update(repeating: 0)
            for partial in 1...partials where Double(partial) * fundamental < rate / 4 {
                add(frequency: Double(partial) * fundamental, number: Double(partial), to: samples)
            }
            let rise = Int(attack * rate)
            for index in 0..<min(rise, samples.count) { samples[index] *= Float(index) / Float(rise) }
        }
    }

    private static func add(frequency: Double, number: Double, to samples: UnsafeMutableBufferPointer<Float>) {
        // A phasor that rotates and decays by a constant factor.
        let angle = 2 * Double.pi * frequency / rate
        let shrink = exp(-1 / (decay / number.squareRoot() * rate))
        let (stepReal, stepImaginary) = (shrink * cos(angle), shrink * sin(angle))
        var real = Double(amplitude) / number
        var imaginary = 0.0
        for index in samples.indices {
            samples[index] += Float(imaginary)
            (real, imaginary) = (
                real * stepReal - imaginary * stepImaginary, real * stepImaginary + imaginary * stepReal
            )
        }
    }
}
