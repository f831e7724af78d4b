extension EventFilter {
    /// How events and players behave.
    ///
    /// The values, and those of ``Limits``, were chosen by hand on recordings and scores when the filter was written; no
    /// fit of them is on record. docs/following.md describes the model, docs/following-evaluation.md how well it follows.
    struct Model: Sendable {
        /// How strongly the product of two vectors speaks.
        var sharpness: Float = 2
        /// Spread of an event's duration beside the expected one: as a share of it, and in seconds.
        var spread: Float = 0.15
        var jitter: Float = 0.02
        /// Variance of the logarithm of the tempo that each event adds.
        var drift: Float = 0.002
        /// Probability that an event isn't heard at all.
        var skipping: Float = 0.01
        /// Probability that players leave the order of play where the score has a place to leave it, for each place to go to.
        var leaving: Float = 0.001
        /// Variance of the logarithm of the tempo before anything is known of it.
        var unknownTempo: Float = 0.36
        /// The tempo is at most e^limit times, at least e^-limit times the written one.
        var tempoLimit: Float = 1.5
        /// Probability that players who have not begun do so in a hop.
        var beginning: Float = 0.05
        /// Less probable hypotheses are dropped.
        var least: Float = 1e-9
    }

    /// Bounds that keep a single hop, or a single event, from deciding too much.
    enum Limits {
        /// Standard deviation times this is the scale of a logistic distribution: sqrt(3) / pi.
        static let logisticScale: Float = 0.5513
        /// Probability, in a hop, that an event ends: at most this, so that one hop never empties a hypothesis.
        static let greatestHazard: Float = 0.9
        /// Less probable ends are not followed up.
        static let leastHazard: Float = 1e-7
        /// Standard deviations by which one event's length corrects the tempo at most: where it was short, and long.
        static let mostShort: Float = 2.5
        static let mostLong: Float = 2
        /// Standard deviations beyond which an event was held, or followed by a pause: it says nothing about the tempo.
        static let held: Float = 3
        /// Variance of the logarithm of the tempo that each hypothesis keeps: a standard deviation of 1%.
        static let leastVariance: Float = 1e-4
        /// Hops that a hop counts as in the mean age of an event: its middle.
        static let middle: Float = 0.5
        /// Events that may begin in one hop, for each slot: the next, the one after, and some of the declared places.
        static let entriesPerSlot = 8
    }

    /// What is believed of one event, in the mean over when it may have begun.
    struct Belief {
        /// Seconds since it began.
        var age: Float
        /// The share of it that has passed, 0...1.
        var share: Float
        /// Logarithm of the seconds of the players for a second of the score.
        var slowness: Float
    }
}
