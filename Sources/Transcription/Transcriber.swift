import Music
import Networks
import Sound

/// Turns audio into note events: runs a model over a stream of samples and tracks its notes.
///
/// Takes one hop at a time; the events of a hop stay in ``events`` until the next one. Posteriors refer to
/// ``labelSample``, which lags the newest sample by the model's lookahead.
///
/// One owner at a time. After `init`, ``process(_:)`` allocates nothing, takes no lock and does not throw.
public final class Transcriber {
    /// The properties of the model.
    public let info: ModelInfo
    /// The events of the last hop. If a caller keeps this array, the next hop has to allocate a new one.
    public private(set) var events: [NoteEvent] = []
    /// The level of the last hop.
    public private(set) var level = HopLevel()
    /// Whether the silence gate is open at the label sample.
    public private(set) var isGateOpen = false
    /// The tuning at which the network listens: the frequency of A4 in hertz.
    public private(set) var a4 = ConcertPitch.standard

    /// Whether every hop's posteriors are needed. If false, the network rests in silence: ``events`` are the same, but
    /// ``hasPosteriors`` is false for the hops that it left out.
    public var needsPosteriors = true
    /// Whether the posteriors are those of the last hop; otherwise they are outdated.
    public private(set) var hasPosteriors = false

    /// The mean square below which a hop changes nothing, because the network rests; 0 if it doesn't.
    public var restingBelow: Float { isResting ? gate.quietPower : 0 }
    private var isResting = false

    private var rest: NetworkRest
    /// Nil if the posteriors are supplied by the caller.
    private let network: StreamingNetwork?
    private let soundingHead: Int
    private let onsetHead: Int?
    private var gate: SilenceGate
    private var tracker: NoteTracker
    private var velocities: VelocityEstimator
    private var tuningEstimator: TuningEstimator
    private var posteriors: [Float]
    private var sounding: [Float]
    private var onsets: [Float]
    private var clipped = [Float](repeating: 0, count: Architecture.notesPerHead)
    private var hops: Int64 = 0

    /// - Parameters:
    ///   - model: a model with a head for sounding notes and, optionally, one for onsets.
    ///   - thresholds: nil for the model's own.
    /// - Throws: ``ModelError/notStreamable(_:)`` if the model has no head for sounding notes or there is no memory for
    ///   the silence gate; the errors of ``StreamingNetwork/init(model:)``.
    public convenience init(model: Model, thresholds: NoteThresholds? = nil) throws(ModelError) {
        try self.init(info: model.info, network: try StreamingNetwork(model: model), thresholds: thresholds)
    }

    /// Makes a transcriber without a network: its posteriors are passed to ``process(_:posteriors:)``.
    ///
    /// - Throws: the same ``ModelError/notStreamable(_:)`` as ``init(model:thresholds:)``.
    public convenience init(info: ModelInfo, thresholds: NoteThresholds? = nil) throws(ModelError) {
        try self.init(info: info, network: nil, thresholds: thresholds)
    }

    private init(info: ModelInfo, network: StreamingNetwork?, thresholds: NoteThresholds?) throws(ModelError) {
        guard let head = info.architecture.heads.firstIndex(of: .sounding) else {
            throw .notStreamable("it has no head for sounding notes")
        }
        self.info = info
        soundingHead = head * Architecture.notesPerHead
        onsetHead = info.architecture.heads.firstIndex(of: .onset).map { $0 * Architecture.notesPerHead }
        self.network = network
        let thresholds = thresholds ?? info.thresholds
        do throws(SoundError) {
            gate = try SilenceGate(
                thresholdDBFS: thresholds.gateDBFS, hop: info.hop, sampleRate: info.sampleRate,
                lookahead: info.lookahead)
        } catch {
            throw .notStreamable("the silence gate cannot be created: \(error)")
        }
        rest = NetworkRest(patience: info.window / info.hop, notice: gate.notice)
        tracker = NoteTracker(
            thresholds: thresholds, hop: info.hop, sampleRate: info.sampleRate, notes: info.notes,
            confidence: info.confidence)
        velocities = VelocityEstimator(
            binCount: gate.power.count, windowLength: SilenceGate.windowLength, hop: info.hop,
            sampleRate: info.sampleRate, delay: (info.lookahead - SilenceGate.analysisCentre) / info.hop)
        tuningEstimator = TuningEstimator(
            binCount: gate.power.count, windowLength: SilenceGate.windowLength, hop: info.hop,
            sampleRate: info.sampleRate)
        posteriors = [Float](repeating: 0, count: info.architecture.heads.count * Architecture.notesPerHead)
        sounding = [Float](repeating: 0, count: Architecture.notesPerHead)
        onsets = [Float](repeating: 0, count: Architecture.notesPerHead)
        events.reserveCapacity(2 * Architecture.notesPerHead)
    }

    /// The thresholds of the tracker and the gate. Changes take effect with the next hop.
    public var thresholds: NoteThresholds {
        get { tracker.thresholds }
        set {
            tracker.thresholds = newValue
            gate.thresholdDBFS = newValue.gateDBFS
        }
    }

    /// The sample, counted from the beginning of the epoch, that the last posteriors refer to. Negative at the
    /// beginning of an epoch, when the network still sees the silence assumed before it; no events are published for
    /// negative samples.
    public var labelSample: Int64 { hops * Int64(info.hop) - Int64(info.lookahead) }

    /// The estimate of the players' tuning from the audio so far, independent of ``a4``; nil before the first tone.
    public var tuningEstimate: TuningEstimate? { tuningEstimator.estimate }

    /// Whether music sounds at the newest sample.
    public var isAudible: Bool { gate.isOpenNow }

    /// Listens at another tuning from the next hop on. Notes continue: those that the new tuning names differently end
    /// and begin again as the network hears them. Until a window of audio has passed, the posteriors depend on both
    /// tunings.
    ///
    /// - Returns: whether the tuning was made for this model; if not, nothing changes.
    public func retune(_ tuning: TranscriberTuning) -> Bool {
        guard network?.retune(tuning.network) ?? true else { return false }
        a4 = tuning.a4
        velocities.tune(to: tuning.a4)
        return true
    }

    /// Forgets the estimate of the tuning, because others play now.
    public func forgetTuning() { tuningEstimator.reset() }

    /// Continues the estimate of the tuning that another transcriber began.
    public func continueTuning(of other: Transcriber) { tuningEstimator = other.tuningEstimator }

    /// The sounding notes, in order of pitch.
    public var soundingNotes: [NoteOnset] { tracker.soundingNotes }

    /// Processes the next `info.hop` raw samples; a span of another size is ignored.
    public func process(_ hop: Span<Float>) {
        guard hop.count == info.hop, let network else { return }
        isGateOpen = gate.process(hop)
        network.take(hop)
        let windows = rest.windows(pending: network.pending, isQuiet: gate.isQuiet && !needsPosteriors)
        isResting = windows == 0
        hasPosteriors = !isResting && Self.evaluate(network, atMost: windows, into: &posteriors)
        update(hop)
    }

    /// Processes the next `info.hop` raw samples with the posteriors of the window that ends with them, 128 per head.
    /// Spans of other sizes are ignored.
    public func process(_ hop: Span<Float>, posteriors given: Span<Float>) {
        guard hop.count == info.hop, given.count == posteriors.count else { return }
        isGateOpen = gate.process(hop)
        for index in given.indices { posteriors[index] = given[index] }
        hasPosteriors = true
        update(hop)
    }

    private func update(_ hop: Span<Float>) {
        events.removeAll(keepingCapacity: true)
        hops += 1
        level = HopLevel(of: hop)
        if hasPosteriors {
            for pitch in sounding.indices {
                let isTrained = info.notes.contains(pitch)
                sounding[pitch] = isTrained ? posteriors[soundingHead + pitch] : 0
                if let onsetHead { onsets[pitch] = isTrained ? posteriors[onsetHead + pitch] : 0 }
            }
        }
        if gate.hasPower { velocities.process(gate.power.span) } else { velocities.processSilence() }
        if gate.hasPower, gate.isOpenNow {
            tuningEstimator.process(gate.power.span)
        } else {
            tuningEstimator.interrupt()
        }
        guard labelSample >= 0 else { return }
        track()
    }

    /// The last raw sounding posteriors of the 128 notes, before the gate, clipping and thresholds; 0 for notes that
    /// the model was not trained on.
    public func withPosteriors<R>(_ body: (Span<Float>) -> R) -> R {
        let current = sounding
        return body(current.span)
    }

    /// The last raw onset posteriors of the 128 notes; nil without an onset head.
    public func withOnsets<R>(_ body: (Span<Float>?) -> R) -> R {
        guard onsetHead != nil else { return body(nil) }
        let current = onsets
        return body(current.span)
    }

    /// The last sounding posteriors of the 128 notes, clipped to 0...1, before the gate and thresholds.
    public func withSounding<R>(_ body: (Span<Float>) -> R) -> R {
        for pitch in clipped.indices {
            let value = sounding[pitch]
            clipped[pitch] = value.isNaN ? 0 : min(max(value, 0), 1)
        }
        let current = clipped
        return body(current.span)
    }

    /// The velocity that a note of this pitch would have if it started at the label sample.
    public func velocity(ofNoteAt pitch: Int) -> Int { velocities.velocity(of: pitch) }

    /// Ends every sounding note at the label sample and returns the note-offs. ``events`` is unchanged.
    public func releaseAll() -> [NoteEvent] {
        var ends: [NoteEvent] = []
        tracker.releaseAll(at: max(0, labelSample), into: &ends)
        return ends
    }

    /// Begins a new epoch: the next sample is sample 0. Sounding notes are discarded without note-offs, so call
    /// ``releaseAll()`` first.
    public func reset() {
        network?.reset()
        gate.reset()
        tracker.reset()
        velocities.reset()
        tuningEstimator.interrupt()
        events.removeAll(keepingCapacity: true)
        level = HopLevel()
        isGateOpen = false
        rest.reset()
        isResting = false
        hasPosteriors = false
        hops = 0
        for pitch in sounding.indices { sounding[pitch] = 0 }
    }

    private func track() {
        let (sounding, onsets) = (sounding, onsets)
        let estimator = velocities
        tracker.process(
            sample: labelSample, sounding: sounding.span, onset: onsetHead == nil ? nil : onsets.span,
            isOpen: isGateOpen,
            velocity: { estimator.velocity(of: $0) }, into: &events)
    }

    private static func evaluate(
        _ network: StreamingNetwork, atMost windows: Int, into posteriors: inout [Float]
    ) -> Bool {
        var span = posteriors.mutableSpan
        return network.evaluate(atMost: windows, into: &span)
    }
}
