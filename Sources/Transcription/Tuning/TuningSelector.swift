import Music

/// Decides at which tuning to listen: the one that was set, or one that follows the estimate early and then rarely.
///
/// While automatic, the tuning in force changes only when a confident estimate has been further from it than a dead
/// band for some seconds. The first dead band is so wide that nothing changes between about 434 and 446 Hz, where
/// transcription needs no correction and where pianos, vibrato and warm strings wander. A pure state machine: one step
/// per hop.
public struct TuningSelector: Sendable {
    /// What a step depends on.
    public struct Evidence: Sendable {
        public var estimate: TuningEstimate?
        /// Whether something is being played.
        public var isAudible: Bool

        public init(_ estimate: TuningEstimate?, isAudible: Bool) {
            self.estimate = estimate
            self.isAudible = isAudible
        }
    }

    /// Cents by which the estimate must differ from 440 Hz, and from a tuning that was estimated before.
    static let (firstBand, laterBand) = (25.0, 15.0)
    /// Audible hops for which it must: 1.5 s, and 10 s.
    static let (firstHops, laterHops) = (129, 861)
    /// The least confidence at which it counts.
    static let leastConfidence = 0.75
    /// The most cents by which the estimate may move in that time.
    static let mostMovement = 10.0
    /// Cents above 440 Hz from which the semitone below is assumed, because ensembles at 427 Hz are more common than at
    /// 452 Hz: without a score, tunings from 425.8 to 451.1 Hz can be known.
    static let lowerFrom = 43.0

    /// The tuning in force: the frequency of A4 in hertz.
    public private(set) var a4 = ConcertPitch.standard
    /// Whether the tuning is estimated rather than set.
    public private(set) var isAutomatic = true
    /// Whether a score has shown in which semitone the players play. Otherwise the one near 440 Hz is assumed.
    public private(set) var isSemitoneKnown = false
    private var hasChanged = false
    private var hops = 0
    private var first = 0.0

    /// - Parameter a4: the tuning that was set; nil to estimate it.
    public init(a4: Double? = nil) { set(a4) }

    /// Sets the tuning; nil estimates it from now on, beginning with the tuning in force.
    public mutating func set(_ given: Double?) {
        isAutomatic = given == nil
        if let given { a4 = min(max(given, ConcertPitch.range.lowerBound), ConcertPitch.range.upperBound) }
        hasChanged = false
        isSemitoneKnown = given != nil
        hops = 0
    }

    /// Other players have begun: the next estimate counts like the first.
    public mutating func restart() {
        hasChanged = false
        hops = 0
    }

    /// Takes a hop's evidence.
    ///
    /// - Returns: the new tuning if it changes.
    public mutating func step(_ evidence: Evidence) -> Double? {
        guard isAutomatic, let estimate = evidence.estimate, estimate.confidence >= Self.leastConfidence else {
            hops = 0
            return nil
        }
        let deviation = ConcertPitch.reduced(estimate.cents - ConcertPitch.cents(a4))
        guard abs(deviation) >= (hasChanged ? Self.laterBand : Self.firstBand) else {
            hops = 0
            return nil
        }
        guard evidence.isAudible else { return nil }
        if hops == 0 { first = estimate.cents }
        if abs(ConcertPitch.reduced(estimate.cents - first)) > Self.mostMovement {
            hops = 0
            return nil
        }
        hops += 1
        guard hops >= (hasChanged ? Self.laterHops : Self.firstHops) else { return nil }
        hops = 0
        guard let next = tuning(deviation, estimate) else { return nil }
        hasChanged = true
        a4 = next
        return next
    }

    /// The players play a semitone away from the tuning in force, as a score has shown.
    ///
    /// - Parameter semitones: -1 or 1; 0 confirms the tuning in force.
    /// - Returns: the new tuning if it changes.
    public mutating func shift(bySemitones semitones: Int) -> Double? {
        guard isAutomatic else { return nil }
        isSemitoneKnown = true
        guard semitones != 0, let next = neighbour(semitones) else { return nil }
        a4 = next
        hops = 0
        return next
    }

    /// The tuning some semitones from the one in force; nil if it is out of range.
    public func neighbour(_ semitones: Int) -> Double? {
        ConcertPitch.admissible(
            ConcertPitch.a4(cents: ConcertPitch.cents(a4) + Double(semitones) * ConcertPitch.semitone))
    }

    private func tuning(_ deviation: Double, _ estimate: TuningEstimate) -> Double? {
        guard isSemitoneKnown else {
            let isLower = estimate.cents > Self.lowerFrom
            return ConcertPitch.a4(cents: estimate.cents - (isLower ? ConcertPitch.semitone : 0))
        }
        let cents = ConcertPitch.cents(a4) + deviation
        return ConcertPitch.admissible(ConcertPitch.a4(cents: cents))
            ?? ConcertPitch.admissible(
                ConcertPitch.a4(cents: cents - (cents < 0 ? -ConcertPitch.semitone : ConcertPitch.semitone)))
    }
}
