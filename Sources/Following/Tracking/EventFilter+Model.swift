extension EventFilter {
    /// How events and players behave. The values were chosen on recordings and scores; see docs/following.md.
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
