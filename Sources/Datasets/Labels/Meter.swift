/// Converts beats from the start of the score to measures of equal length after a pickup.
public struct Meter: Sendable, Equatable {
    /// Beats per measure: more than 0, at most 64.
    public let beats: Double
    /// Beats before the first whole measure, which is number 1; less than `beats`.
    public let pickup: Double

    /// Parses "3" or, with a pickup, "4:1.5"; nil if the text is invalid.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (1...2).contains(parts.count), let beats = parts[0], beats > 0, beats <= 64 else { return nil }
        guard let pickup = parts.count == 2 ? parts[1] : 0, pickup >= 0, pickup < beats else { return nil }
        self.beats = beats
        self.pickup = pickup
    }

    /// Converts a 0-based beat to a measure and the beat in it, both 1-based. A pickup is at the end of measure 0. Nil
    /// if `beat` is not a score position.
    public func position(ofBeat beat: Double) -> (measure: Int, beat: Double)? {
        guard beat.isFinite, abs(beat) < 1e9 else { return nil }
        // Files round thirds of a beat, which must not move a position before its bar line.
        let place = ((beat - pickup) * 1e6).rounded() / 1e6
        let whole = (place / beats).rounded(.down)
        return (Int(whole) + 1, place - whole * beats + 1)
    }
}
