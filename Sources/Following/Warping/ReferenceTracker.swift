import Sound

/// Follows with one of the reference methods, which have neither a confidence nor jumps.
final class ReferenceTracker: FollowingTracker {
    private let spectrum: SlidingSpectrum
    private let tracker: any FrameTracker
    private var position: TrackedPosition?
    // The players' position, or where they will begin.
    private var second = 0.0
    private var isPaused = false

    /// Zeros: the reference methods have no confidence.
    let confidenceInputs = ConfidenceInputs()

    /// - Throws: `FollowingError.noSounds` if the score was not prepared with sounds.
    init(_ score: FollowingScore, method: FollowingMethod) throws(FollowingError) {
        guard let tracker = WarpingMethods.tracker(method, score) else {
            throw .noSounds(reason: "the score was not prepared with sounds")
        }
        guard let spectrum = try? SlidingSpectrum() else {
            throw .noSounds(reason: "the Fourier transform cannot be allocated")
        }
        self.tracker = tracker
        self.spectrum = spectrum
    }

    func process(_ hop: Span<Float>) {
        spectrum.process(hop)
        guard !isPaused else { return }
        let magnitudes = spectrum.magnitudes
        position = tracker.process(magnitudes.span, level: spectrum.level)
        if let position { second = position.second }
    }

    func report(sample: Int64, score: FollowingScore) -> FollowingReport {
        let state: FollowingState =
            if isPaused { .holding } else { position.map { $0.isEnded ? .ended : .following } ?? .waiting }
        let tempo = score.score.tempo
        let second = min(score.duration, second)
        let beat = tempo.beat(atSeconds: second)
        return FollowingReport(
            sample: sample, state: state, confidence: 0, beat: beat, scoreSeconds: second,
            tempo: (position?.pace ?? 1) * 60 / tempo.secondsPerBeat(atBeat: beat),
            event: score.event(atSeconds: second))
    }

    /// Does nothing: on-line time warping catches up by itself.
    func skip(_ hops: Int) {}

    func goTo(second: Double) {
        self.second = second.isFinite ? max(0, second) : 0
        position = nil
        tracker.goTo(second: second)
    }

    func retune(_ shift: SpectrumShift?) { spectrum.retune(shift) }

    /// Zero: the reference methods don't compare likelihoods.
    let hopEvidence: Float = 0

    func pause() { isPaused = true }
    func resume() { isPaused = false }
}
