import Foundation
import Music

/// Estimates the velocity of a note from the energy of its first partials just after the onset.
///
/// The energy of a pitch is the sum of the highest bins at its first three partials, in the spectrum of the raw input.
/// It is compared with the loudest pitch of the recent past, a reference that decays with ``release``. Velocity is
/// therefore relative to the performance and independent of the microphone's gain. Notes that share partials with
/// louder ones are overestimated. The mapping from level to velocity is a least-squares fit to rendered piano
/// performances (docs/transcription.md): linear in decibels and quadratic in pitch, because low and high notes have
/// less of their energy in those partials.
///
/// Allocates nothing after `init`.
public struct VelocityEstimator: Sendable {
    /// The time in which the reference falls by 8.7 dB, in seconds.
    static let release = 10.0
    /// The reference never falls below this, in decibels, so that the first soft notes of a quiet stream are not taken
    /// for loud ones.
    static let quietestReference: Float = -50
    /// Hops after the onset whose highest energy is used: an attack takes time.
    static let attackHops = 4
    private static let partials = 3
    /// The velocity of the loudest recent pitch at middle C; velocity per decibel; and the coefficients of the octaves
    /// above middle C and of their square.
    static let (loudest, slope, rise, curvature) = (74.0, 0.76, 2.0, 2.0)

    private var bins: [Int]
    private let binCount: Int
    private let binWidth: Double
    private let delay: Int
    private let releaseDecibels: Float
    private var rows: [Float]
    private var newest = 0
    private var reference = Self.quietestReference

    /// - Parameters:
    ///   - binCount: the number of bins of each spectrum.
    ///   - windowLength: samples per spectrum.
    ///   - hop: samples between two spectra.
    ///   - sampleRate: hertz.
    ///   - delay: hops from the label sample to the centre of the newest spectrum, 0 or more.
    public init(binCount: Int, windowLength: Int, hop: Int, sampleRate: Int, delay: Int) {
        binWidth = Double(sampleRate) / Double(windowLength)
        self.binCount = binCount
        bins = [Int](repeating: -1, count: 128 * Self.partials)
        self.delay = max(0, delay)
        rows = [Float](repeating: 0, count: 128 * (self.delay + 1))
        releaseDecibels = Float(8.686 * Double(hop) / Double(sampleRate) / Self.release)
        tune(to: ConcertPitch.standard)
    }

    /// Expects the partials of instruments whose A4 has this frequency, in hertz. Allocates nothing.
    public mutating func tune(to a4: Double) {
        for pitch in 0..<128 {
            for partial in 1...Self.partials {
                let frequency = a4 * pow(2, (Double(pitch) - 69) / 12) * Double(partial)
                let bin = Int((frequency / binWidth).rounded())
                bins[pitch * Self.partials + partial - 1] = bin + 1 < binCount ? max(1, bin) : -1
            }
        }
    }

    /// Processes the power spectrum of one hop.
    public mutating func process(_ power: Span<Float>) {
        advance()
        var loudest: Float = 0
        for pitch in 0..<128 {
            var energy: Float = 0
            for partial in 0..<Self.partials {
                let bin = bins[pitch * Self.partials + partial]
                guard bin > 0, bin + 1 < power.count else { continue }
                energy += max(power[bin], max(power[bin - 1], power[bin + 1]))
            }
            rows[newest * 128 + pitch] = energy
            loudest = max(loudest, energy)
        }
        reference = max(reference, 10 * log10(loudest + 1e-20))
    }

    /// Processes a hop too quiet to have a spectrum.
    public mutating func processSilence() {
        advance()
        for pitch in 0..<128 { rows[newest * 128 + pitch] = 0 }
    }

    /// The velocity, 1...127, of a note of this pitch that starts at the label sample.
    public func velocity(of pitch: Int) -> Int {
        guard (0..<128).contains(pitch) else { return 64 }
        var energy: Float = 0
        for age in max(0, delay - Self.attackHops)...delay {
            let row = (newest + rows.count / 128 - age) % (rows.count / 128)
            energy = max(energy, rows[row * 128 + pitch])
        }
        let decibels = Double(10 * log10(energy + 1e-20) - reference)
        let octaves = Double(pitch - 60) / 12
        let velocity = Self.loudest + Self.slope * decibels + (Self.rise + Self.curvature * octaves) * octaves
        return min(max(Int(velocity.rounded()), 1), 127)
    }

    /// Clears all state.
    public mutating func reset() {
        for index in rows.indices { rows[index] = 0 }
        reference = Self.quietestReference
    }

    private mutating func advance() {
        newest = (newest + 1) % (rows.count / 128)
        reference = max(reference - releaseDecibels, Self.quietestReference)
    }
}
