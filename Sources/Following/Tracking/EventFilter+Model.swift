extension EventFilter {
    /// The parameters of the model.
    ///
    /// These values, and those of ``Limits``, were chosen by hand on recordings and scores when the filter was written;
    /// no fit of them is on record. docs/following.md describes the model, and docs/studies/following-comparison.md its
    /// accuracy.
    struct Model: Sendable {
        /// Factor of the dot product of two vectors in the log-likelihood.
        var sharpness: Float = 2
        /// Standard deviation of the duration of an event: as a share of the expected duration, and in seconds.
        var spread: Float = 0.15
        var jitter: Float = 0.02
        /// The variance that each event adds to the logarithm of the tempo.
        var drift: Float = 0.002
        /// Probability that an event is skipped.
        var skipping: Float = 0.01
        /// Probability of leaving the order of play where the score permits it, for each target.
        var leaving: Float = 0.001
        /// Variance of the logarithm of the tempo before anything is known about it.
        var unknownTempo: Float = 0.36
        /// The tempo is between e^-limit and e^limit times the written one.
        var tempoLimit: Float = 1.5
        /// Probability per hop with sound that players who have not begun do so.
        var beginning: Float = 0.05
        /// Hypotheses with a lower probability are dropped.
        var least: Float = 1e-9
    }

    /// Bounds that keep a single hop, or a single event, from deciding too much.
    enum Limits {
        /// The scale of a logistic distribution per standard deviation: sqrt(3) / pi.
        static let logisticScale: Float = 0.5513
        /// The greatest probability that an event ends in a given hop, so that a single hop never empties a hypothesis.
        static let greatestHazard: Float = 0.9
        /// The least such probability that is followed up.
        static let leastHazard: Float = 1e-7
        /// The greatest correction of the tempo by one event, in standard deviations of its duration, if it was short
        /// or long.
        static let mostShort: Float = 2.5
        static let mostLong: Float = 2
        /// An event that is longer by this many standard deviations was held, or followed by a pause. It says nothing
        /// about the tempo.
        static let held: Float = 3
        /// The least variance of the logarithm of the tempo in a hypothesis: a standard deviation of 1%.
        static let leastVariance: Float = 1e-4
        /// The part of the current hop that counts towards the mean age of an event: half.
        static let middle: Float = 0.5
        /// The most events that may begin in one hop, per slot: the next, the one after it, and some of the declared
        /// targets.
        static let entriesPerSlot = 8
    }

    /// The belief about one event, averaged over the times at which it may have begun.
    struct Belief {
        /// Seconds since it began.
        var age: Float
        /// The share of it that has passed, 0...1.
        var share: Float
        /// Logarithm of the slowness, which is seconds played per second of the score.
        var slowness: Float
    }
}
