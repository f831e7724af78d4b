import Music

/// An estimate of the players' tuning from what they play.
///
/// It is known up to a semitone only: an instrument at A4 = 415 Hz has the same frequencies as one at 440 Hz, under
/// other names.
public struct TuningEstimate: Sendable, Equatable {
    /// The distance from the nearest semitone of A4 = 440 Hz in cents, -50..<50.
    public var cents: Double
    /// 0...1. Grows with the amount of clear tones, and with their agreement.
    public var confidence: Double

    public init(cents: Double, confidence: Double) {
        self.cents = cents
        self.confidence = confidence
    }

    /// The frequency of A4 in hertz nearest to 440, from 427.5 to 452.9.
    public var a4: Double { ConcertPitch.a4(cents: cents) }
}
