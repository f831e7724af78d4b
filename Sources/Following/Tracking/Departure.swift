/// Decides whether the players have left the estimated position, which takes some time.
///
/// Pure: its input is the most probable place of each hop. An immediate jump would follow every accidental resemblance.
///
/// The values were chosen by hand when the method was written; no fit of them is on record.
struct Departure: Equatable {
    /// The least probability of another place that counts towards a jump.
    private static let leastMass: Float = 0.8
    /// Consecutive hops of such a probability after which the players have jumped, if the evidence is good: 0.29 s.
    private static let hopsWithGoodEvidence = 25
    /// The same if the evidence is worse: 0.58 s.
    private static let hopsWithPoorEvidence = 50
    /// The least mean evidence of these hops that is good, see ``EventFilter/evidence``.
    private static let goodEvidence: Float = 1
    /// Consecutive hops without the estimated position among the probable places after which waiting for one of the
    /// others to prevail is useless: 0.7 s. They sound the same.
    private static let mostUndecidedHops = 60
    /// Seconds of recent audio that are compared at most, however long the players have been away.
    private static let longestAbsence = 3.0
    /// The smoothed evidence above which the players are at the estimated position.
    private static let evidenceOfPresence: Float = 0.9
    /// The weight of each hop in the smoothed evidence: a time constant of 0.12 s.
    private static let smoothing: Float = 0.1

    // Consecutive hops for which another place has been probable, and the sum of their evidence.
    private var probableHops = 0
    private var support: Float = 0
    // Consecutive hops for which the players have been at one of several other places.
    private var undecidedHops = 0
    private var recentEvidence: Float = 0
    // Hops since there was evidence for the estimated position.
    private var hopsAway = 0

    /// Takes the evidence of a hop, see ``EventFilter/evidence``.
    mutating func addEvidence(_ evidence: Float) {
        recentEvidence += Self.smoothing * (evidence - recentEvidence)
    }

    /// Records a hop whose most probable place is the estimated position.
    mutating func stay() {
        probableHops = 0
        support = 0
        undecidedHops = 0
        hopsAway = recentEvidence > Self.evidenceOfPresence ? 0 : hopsAway + 1
    }

    /// Records a hop whose most probable place is another one.
    ///
    /// - Parameters:
    ///   - mass: the probability of that place.
    ///   - evidence: of this hop.
    ///   - mayBeHere: whether the estimated position is still possible.
    mutating func consider(mass: Float, evidence: Float, mayBeHere: Bool) {
        hopsAway += 1
        let isProbable = mass >= Self.leastMass
        probableHops = isProbable ? probableHops + 1 : 0
        support = isProbable ? support + evidence : 0
        undecidedHops = mayBeHere ? 0 : undecidedHops + 1
    }

    /// Whether the players have jumped.
    var isDecided: Bool {
        let hasGoodEvidence = support >= Self.goodEvidence * Float(probableHops)
        return probableHops >= (hasGoodEvidence ? Self.hopsWithGoodEvidence : Self.hopsWithPoorEvidence)
            || undecidedHops > Self.mostUndecidedHops
    }

    /// How long the players have been away, in seconds. Only what they have played since then tells where they are.
    var seconds: Double { min(Self.longestAbsence, Double(hopsAway) / SlidingSpectrum.rate) }
}
