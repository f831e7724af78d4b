/// What a follower needs to follow players of a tuning, and to compare it with the neighbouring semitones.
///
/// Built on any thread, then handed over: see ``PositionTracker/retune(_:)``.
public struct FollowerTuning: Sendable {
    /// Nil for A4 = 440 Hz.
    public let own: SpectrumShift?
    /// The tunings a semitone below and above; nil if they are out of range.
    public let neighbours: (below: SpectrumShift?, above: SpectrumShift?)

    /// - Parameters:
    ///   - a4: the frequency of A4 in hertz.
    ///   - neighbours: those of the tunings a semitone below and above; nil for those that aren't considered.
    public init(a4: Double, neighbours: (below: Double?, above: Double?) = (nil, nil)) {
        own = SpectrumShift.tuning(a4: a4)
        // A neighbour may be A4 = 440 Hz itself, which needs a table too, unlike the own tuning.
        self.neighbours = (
            neighbours.below.map { SpectrumShift(ratio: $0 / 440) },
            neighbours.above.map { SpectrumShift(ratio: $0 / 440) }
        )
    }
}
