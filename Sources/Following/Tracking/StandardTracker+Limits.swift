extension StandardTracker {
    /// The constants of the tracker.
    ///
    /// They were chosen by hand on recordings and scores when the method was written; no fit of them is on record.
    /// docs/following.md describes their effects, and docs/studies/following-comparison.md the accuracy with them.
    /// A hop is 11.6 ms, and a smoothing of s per hop has a time constant of 1 / s hops.
    enum Limits {
        // MARK: Proposals

        /// The weight of each event proposed to the filter, whose belief has the weight 1: a quarter of 10^-5, because
        /// several events begin near a place. It is enough because the filter's own comparison decides.
        static let proposal: Float = 1e-5 / 4
        /// Events within this distance of a proposed place are proposed, in seconds at the players' tempo.
        static let proposalRadius = 0.3
        /// The most events proposed for one place.
        static let mostProposedEvents = 8
        /// Hops for which the place that was left remains proposed after a jump: 2.3 s.
        static let revocableHops = 200
        /// Variance of the logarithm of the tempo after a jump: a standard deviation of 14%.
        static let jumpVariance: Float = 0.02

        // MARK: Positions

        /// The distance from which an estimate is another place, in seconds of the score.
        static let otherPlaceDistance = 1.5
        /// An estimate among this many next events is never another place, however far away it is.
        static let nextEvents = 3
        /// Places within this distance count as one place, in seconds of the score.
        static let samePlaceRadius = 1.0
        /// A smaller step back is taken for noise of the estimate, in seconds of the score.
        static let backwardNoise = 0.3
        /// The least probability of a place that is followed while another one is more probable.
        static let leastMass: Float = 0.02
        /// The fewest events of common past that make two places sound the same.
        static let leastTwinLength = 2
        /// The most of an event that has passed, so that the position reaches the next event only when that begins.
        static let mostShare: Float = 0.999
        /// Players who have not begun are this far before the first event, in beats, so that reaching it is a change.
        static let beforeEvent = 0.001

        // MARK: Tempo and confidence

        /// The weight of each hop in the published tempo: a time constant of 1.5 s.
        static let tempoSmoothing: Float = 0.008
        /// The weight of each hop with sound in the smoothed evidence: a time constant of 0.8 s.
        static let evidenceSmoothing: Float = 0.015
        /// Hops after a jump until ``ConfidenceInputs/settled`` is 1: 8 s.
        static let settlingHops: Float = 690
        /// A hop with a lower confidence adds 1 to the doubt.
        static let leastConfidence = 0.25
        /// Every other hop takes off this much.
        static let doubtRecovery = 4
        /// The players are lost from here on: after 2 s of low confidence.
        static let mostDoubt = 170

        // MARK: Pauses and the end

        /// Silent hops after which the last event has ended if its end is overdue: 0.1 s.
        static let silentHopsAtEnd = 8
        /// Seconds overdue after which the last event has ended even if something sounds.
        static let overdueAtEnd: Float = 0.5
        /// Silent hops after which the players pause if the next event is overdue: 0.2 s.
        static let silentHopsInPause = 20
        /// The least number of seconds for which that event must be overdue.
        static let overdueInSilence: Float = 0.3
        /// Seconds overdue after which the players pause even if something sounds.
        static let overdueInSound: Float = 1

        // MARK: Gaps and declared positions

        /// The most hops by which the filter advances in a gap: 2 s. After longer gaps the search finds the players.
        static let mostSkippedHops = 172
        /// Hops after a gap whose spectrum is incomplete. This follows from the window, which is four hops long.
        static let refillHops = SlidingSpectrum.window / SlidingSpectrum.hop
        /// A declared position may be this much before the event that it means, in seconds: rounding errors.
        static let declaredTolerance = 0.01
        /// Hops after which the tempo is known well enough to be kept when a position is declared: 4.6 s.
        static let tempoKnownAfter = 400
        /// Variance of its logarithm then: a standard deviation of 22%.
        static let declaredVariance: Float = 0.05
    }
}
