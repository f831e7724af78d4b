import Foundation
import Music

/// Estimates the players' tuning from the frequencies of the partials they play.
///
/// Each hop, it looks for stationary partials in a power spectrum with a Hann window: maxima whose neighbours have the
/// heights that the window gives a single sine, and which the previous spectrum had at the same frequency. Their
/// frequencies follow from a parabola through the three logarithms (at most 0.02 bins off). The deviation of each from
/// the nearest semitone is a point on a circle; the mean of all points, weighted by the partial's share of the
/// amplitude, is the estimate. Higher harmonics deviate from equal temperament and stretched octaves from both, but
/// they are weak or cancel: see docs/studies/tuning.md.
///
/// Older partials are forgotten with a time constant of ``memory`` seconds of audible music; silence forgets nothing.
/// Constant memory. Allocates nothing after `init`; about 4 us per hop.
public struct TuningEstimator: Sendable {
    /// Seconds of music after which a partial counts for 1/e.
    static let memory = 30.0
    /// Hertz: partials outside are too few bins apart, or deviate too much from the fundamentals.
    static let frequencies = 150.0...2500.0
    /// The least share of the power in a spectrum that a partial must have.
    private static let leastShare: Float = 1e-3
    /// The least power of a partial, in the scale of ``PowerSpectrum``: -66 dBFS.
    private static let leastPower: Float = 2.5e-7
    /// Decibels by which the curvature of a maximum may differ from that of a sine.
    private static let curvatureTolerance: Float = 1
    /// The curvature of a sine at the centre of a bin, in decibels, and what half a bin adds to it.
    private static let (centreCurvature, edgeCurvature): (Float, Float) = (12.04, 1.94)
    /// Cents by which a partial may move from one spectrum to the next.
    private static let mostMovement: Float = 8
    /// The sum of weights at which the amount of music no longer limits the confidence: two to ten seconds.
    private static let enough = 80.0
    /// The agreement (length of the mean vector) at which the confidence is 0, and at which it isn't limited. Uniformly
    /// scattered partials have about 0.1, violins 0.7, pianos 0.9.
    private static let (noAgreement, fullAgreement) = (0.25, 0.55)

    private let bins: Range<Int>
    private let binCount: Int
    private let binWidth: Float
    private let forgetting: Double
    /// For each bin, the frequency of the partial that the last spectrum had there, in bins; 0 for none.
    private var previous: [Float]
    private var current: [Float]
    private var weight = 0.0
    private var real = 0.0
    private var imaginary = 0.0

    /// - Parameters:
    ///   - binCount: the number of bins of each spectrum.
    ///   - windowLength: samples per spectrum.
    ///   - hop: samples between two spectra.
    ///   - sampleRate: hertz.
    public init(binCount: Int, windowLength: Int, hop: Int, sampleRate: Int) {
        let width = Double(sampleRate) / Double(windowLength)
        let first = max(2, Int(Self.frequencies.lowerBound / width))
        bins = first..<max(first, min(binCount - 2, Int(Self.frequencies.upperBound / width)))
        self.binCount = binCount
        binWidth = Float(width)
        forgetting = exp(-Double(hop) / Double(sampleRate) / Self.memory)
        previous = [Float](repeating: 0, count: binCount)
        current = previous
    }

    /// The estimate from everything so far; nil before the first partial.
    public var estimate: TuningEstimate? {
        guard weight > 0 else { return nil }
        let cents = ConcertPitch.reduced(ConcertPitch.semitone * atan2(imaginary, real) / (2 * .pi))
        return TuningEstimate(cents: cents, confidence: confidence)
    }

    private var confidence: Double {
        let agreement = (real * real + imaginary * imaginary).squareRoot() / weight
        let clarity = (agreement - Self.noAgreement) / (Self.fullAgreement - Self.noAgreement)
        return min(1, weight / Self.enough) * min(1, max(0, clarity))
    }

    /// Takes the power spectrum of the next audible hop.
    public mutating func process(_ power: Span<Float>) {
        guard power.count == binCount else { return }
        (weight, real, imaginary) = (weight * forgetting, real * forgetting, imaginary * forgetting)
        var total: Float = 0
        for bin in bins { total += power[bin] }
        let least = max(Self.leastPower, Self.leastShare * total)
        for bin in bins {
            current[bin] = 0
            let value = power[bin]
            guard value >= least, value >= power[bin - 1], value > power[bin + 1] else { continue }
            guard let frequency = Self.frequency(power[bin - 1], value, power[bin + 1], at: bin) else { continue }
            current[bin] = frequency
            guard isStationary(frequency, at: bin) else { continue }
            add(hertz: Double(frequency * binWidth), weight: Double((value / total).squareRoot()))
        }
        swap(&previous, &current)
    }

    /// Takes a hop without music: the next partials have no predecessors.
    public mutating func interrupt() {
        for bin in bins { previous[bin] = 0 }
    }

    /// Forgets everything.
    public mutating func reset() {
        interrupt()
        (weight, real, imaginary) = (0, 0, 0)
    }

    /// The frequency of the sine that causes a maximum, in bins; nil if it is not a single stationary sine.
    private static func frequency(_ below: Float, _ value: Float, _ above: Float, at bin: Int) -> Float? {
        let (left, middle, right) = (log10(below + 1e-20), log10(value + 1e-20), log10(above + 1e-20))
        let curvature = 10 * (2 * middle - left - right)
        guard curvature > 0 else { return nil }
        let offset = 5 * (right - left) / curvature
        let expected = centreCurvature + edgeCurvature * 4 * offset * offset
        guard abs(curvature - expected) <= curvatureTolerance else { return nil }
        return Float(bin) + offset
    }

    private func isStationary(_ frequency: Float, at bin: Int) -> Bool {
        for near in bin - 1...bin + 1 where previous[near] > 0 {
            if abs(1200 * log2(frequency / previous[near])) <= Self.mostMovement { return true }
        }
        return false
    }

    private mutating func add(hertz: Double, weight share: Double) {
        let angle = 2 * .pi * ConcertPitch.cents(hertz) / ConcertPitch.semitone
        weight += share
        real += share * cos(angle)
        imaginary += share * sin(angle)
    }
}
