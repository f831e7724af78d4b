import Sound

/// Estimates the tuning of live audio where no ``Transcriber`` does. Allocates nothing after `init`.
public struct TuningListener {
    /// Samples per hop at 44.1 kHz.
    private static let hop = 512
    private static let sampleRate = 44_100
    /// The level below which nothing counts as music, in dBFS.
    private static let gateDBFS = -62.0

    private var gate: SilenceGate
    private var estimator: TuningEstimator

    /// - Throws: `SoundError` if there is no memory for the transform.
    public init() throws(SoundError) {
        gate = try SilenceGate(
            thresholdDBFS: Self.gateDBFS, hop: Self.hop, sampleRate: Self.sampleRate, lookahead: 0)
        estimator = TuningEstimator(
            binCount: gate.power.count, windowLength: SilenceGate.windowLength, hop: Self.hop,
            sampleRate: Self.sampleRate)
    }

    /// Takes 512 samples at 44.1 kHz and returns what is known about the tuning.
    public mutating func process(_ samples: Span<Float>) -> TuningSelector.Evidence {
        _ = gate.process(samples)
        let isAudible = gate.hasPower && gate.isOpenNow
        let power = gate.power
        if isAudible { estimator.process(power.span) } else { estimator.interrupt() }
        return TuningSelector.Evidence(estimator.estimate, isAudible: isAudible)
    }
}
