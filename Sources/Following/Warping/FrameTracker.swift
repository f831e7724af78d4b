/// Follows a score hop by hop, fed with what ``SlidingSpectrum`` measures.
///
/// `process` allocates nothing; its time and memory don't depend on the score's length, nor on how long it has been following.
protocol FrameTracker: AnyObject {
    /// Takes the frame that ends with the newest hop.
    ///
    /// - Parameters:
    ///   - magnitudes: of the bands.
    ///   - level: root mean square of the hop.
    /// - Returns: nil while nothing was played yet.
    func process(_ magnitudes: Span<Float>, level: Float) -> TrackedPosition?

    /// The players are, or will begin, at this second of the score at its written tempo. Waits for the next sound.
    func goTo(second: Double)
}

/// Where a tracker believes the players to be.
struct TrackedPosition: Sendable, Equatable {
    /// Seconds of the score at its written tempo, at the moment of the newest sample.
    var second: Double
    /// Seconds of the score that go by in a second, smoothed; 1 until it is known.
    var pace: Double
    /// Whether the score has been played to its end.
    var isEnded: Bool
}
