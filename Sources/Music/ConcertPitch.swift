import Foundation

/// The tuning of an instrument or an ensemble, stated as the frequency of A4 in hertz.
public enum ConcertPitch {
    /// The tuning that models and note templates were made for.
    public static let standard = 440.0
    /// The tunings that can be set: a semitone below ``standard`` to a semitone above it.
    public static let range = 415.0...466.0
    /// Cents per semitone.
    public static let semitone = 100.0

    /// The distance of `a4` from ``standard`` in cents.
    public static func cents(_ a4: Double) -> Double { 12 * semitone * log2(a4 / standard) }

    /// The frequency of A4, `cents` from ``standard``.
    public static func a4(cents: Double) -> Double { standard * exp2(cents / (12 * semitone)) }

    /// `cents` reduced to the distance from the nearest semitone, -50..<50.
    public static func reduced(_ cents: Double) -> Double {
        cents - semitone * ((cents + semitone / 2) / semitone).rounded(.down)
    }

    /// A tuning near `a4` that lies in ``range``; nil if `a4` is more than 7 cents outside. A piano whose A4 is 440 Hz
    /// may be measured a few cents off, and so may one a semitone below.
    public static func admissible(_ a4: Double) -> Double? {
        guard a4 > range.lowerBound * 0.996, a4 < range.upperBound * 1.004 else { return nil }
        return min(max(a4, range.lowerBound), range.upperBound)
    }
}
