import Music

/// The value of `a4` in the configuration.
public enum TuningSetting: Sendable, Equatable {
    /// Estimated from what is played: the default.
    case automatic
    /// The frequency of A4 in hertz, 415...466.
    case set(Double)

    /// - Returns: nil for text that is neither `auto` nor a number in range.
    init?(_ text: String) {
        if text == "auto" {
            self = .automatic
        } else if let a4 = Double(text), ConcertPitch.range.contains(a4) {
            self = .set(a4)
        } else {
            return nil
        }
    }
}

extension Settings {
    /// The tuning to set; nil to estimate it.
    public var a4: Double? {
        if case .set(let a4)? = tuning { a4 } else { nil }
    }
}
