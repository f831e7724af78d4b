import Networks

/// Thresholds that take the place of the model's own; nil leaves the model's.
public struct ThresholdSettings: Sendable, Equatable {
    public var on: Double?
    public var off: Double?
    public var onset: Double?
    /// Seconds.
    public var minimumDuration: Double?
    /// dB relative to full scale.
    public var gateDBFS: Double?

    public init(
        on: Double? = nil, off: Double? = nil, onset: Double? = nil, minimumDuration: Double? = nil,
        gateDBFS: Double? = nil
    ) {
        self.on = on
        self.off = off
        self.onset = onset
        self.minimumDuration = minimumDuration
        self.gateDBFS = gateDBFS
    }

    /// The model's thresholds with these in their place.
    ///
    /// A note must not end above the posterior it begins at: where one of the two is set and the model's other
    /// contradicts it, the model's gives way.
    public func applied(to model: NoteThresholds) -> NoteThresholds {
        var result = model
        result.on = on ?? model.on
        result.off = off ?? model.off
        if result.off > result.on {
            if off == nil { result.off = result.on } else { result.on = result.off }
        }
        result.onset = onset ?? model.onset
        result.minimumDuration = minimumDuration ?? model.minimumDuration
        result.gateDBFS = gateDBFS ?? model.gateDBFS
        return result
    }

    /// These settings, with those of `later` in their place where it has any.
    func overridden(by later: ThresholdSettings) -> ThresholdSettings {
        ThresholdSettings(
            on: later.on ?? on, off: later.off ?? off, onset: later.onset ?? onset,
            minimumDuration: later.minimumDuration ?? minimumDuration, gateDBFS: later.gateDBFS ?? gateDBFS)
    }
}
