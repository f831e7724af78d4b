/// How beats that are counted from the beginning fall into measures: so many to each, after a pickup.
public struct Meter: Sendable, Equatable {
    /// More than 0, at most 64.
    public let beats: Double
    /// Beats before the first whole measure, which is number 1; less than `beats`.
    public let pickup: Double

    /// Reads "3" or, with a pickup, "4:1.5"; nil if that is not what the text says.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (1...2).contains(parts.count), let beats = parts[0], beats > 0, beats <= 64 else { return nil }
        guard let pickup = parts.count == 2 ? parts[1] : 0, pickup >= 0, pickup < beats else { return nil }
        self.beats = beats
        self.pickup = pickup
    }

    /// The measure and the beat in it, both counted from 1, of a beat counted from 0. A pickup lies in measure 0, at its
    /// end. Nil for what is no position in a score.
    public func position(ofBeat beat: Double) -> (measure: Int, beat: Double)? {
        guard beat.isFinite, abs(beat) < 1e9 else { return nil }
        // Files round thirds of a beat, and must not fall short of the bar line by it.
        let place = ((beat - pickup) * 1e6).rounded() / 1e6
        let whole = (place / beats).rounded(.down)
        return (Int(whole) + 1, place - whole * beats + 1)
    }
}
