/// Whether players have left the place where they are believed to be: a decision that takes its time.
///
/// Pure: fed with what each hop says of the place that is most probable. Jumping at once would follow every chance likeness.
struct Departure: Equatable {
    /// Another place is probable from here on;
    private static let conviction: Float = 0.8
    /// players are there once it has been for so many hops,
    private static let patience = 25
    /// or for so many, where the evidence of these hops is less than good.
    private static let goodEvidence: Float = 1
    private static let morePatience = 50
    /// Where several places have been as probable as each other for so many hops, it is no use to wait for the sound.
    private static let patienceWithTwins = 60
    /// More seconds than this of what was played since they left are not looked at.
    private static let mostHeard = 3.0
    /// The evidence of the last tenth of a second for players who are where they are believed to be.
    private static let presence: Float = 0.9
    /// The share of a hop in that.
    private static let smoothing: Float = 0.1

    // Hops for which another place has been probable, and their evidence, summed up.
    private var convinced = 0
    private var support: Float = 0
    // Hops for which players have been at one of several other places.
    private var undecided = 0
    private var recentEvidence: Float = 0
    // Hops since something spoke for the believed place.
    private var hopsAway = 0

    /// Takes the evidence of a hop; see ``EventFilter/evidence``.
    mutating func hear(_ evidence: Float) {
        recentEvidence += Self.smoothing * (evidence - recentEvidence)
    }

    /// The most probable place is the believed one, or has just become it.
    mutating func stay() {
        convinced = 0
        support = 0
        undecided = 0
        hopsAway = recentEvidence > Self.presence ? 0 : hopsAway + 1
    }

    /// The most probable place is another one.
    ///
    /// - Parameters:
    ///   - mass: its probability.
    ///   - evidence: of this hop.
    ///   - mayBeHere: whether the believed place is still possible.
    mutating func consider(mass: Float, evidence: Float, mayBeHere: Bool) {
        hopsAway += 1
        let isProbable = mass >= Self.conviction
        convinced = isProbable ? convinced + 1 : 0
        support = isProbable ? support + evidence : 0
        undecided = mayBeHere ? 0 : undecided + 1
    }

    /// Whether it is time to go elsewhere.
    var isDecided: Bool {
        let isSupported = support >= Self.goodEvidence * Float(convinced)
        return convinced >= (isSupported ? Self.patience : Self.morePatience) || undecided > Self.patienceWithTwins
    }

    /// For how long the players have been away, in seconds: what they have played since then is all that tells where they are.
    var seconds: Double { min(Self.mostHeard, Double(hopsAway) / SlidingSpectrum.rate) }
}
