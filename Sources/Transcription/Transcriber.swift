import Networks
import Sound

/// Sound in, notes out: runs a model over a stream of samples and says which notes begin and end.
///
/// One hop goes in at a time; what it brought about is in ``events`` until the next one. Posteriors speak of
/// ``labelSample``, the model's lookahead behind the newest sample.
///
/// One owner at a time; not safe to share between threads. After `init`, ``process(_:)`` allocates nothing, takes no
/// lock and does not throw.
public final class Transcriber {
    /// The model that is run.
    public let info: ModelInfo
    /// What the last ``process(_:)`` brought about. A caller that keeps this array makes the next hop allocate another.
    public private(set) var events: [NoteEvent] = []
    /// The level of the last hop.
    public private(set) var level = HopLevel()
    /// Whether the silence gate lets notes sound at the label sample.
    public private(set) var isGateOpen = false

    /// Nil when posteriors are given from outside.
    private let network: StreamingNetwork?
    private let soundingHead: Int
    private let onsetHead: Int?
    private var gate: SilenceGate
    private var tracker: NoteTracker
    private var velocities: VelocityEstimator
    private var posteriors: [Float]
    private var sounding: [Float]
    private var onsets: [Float]
    private var clipped = [Float](repeating: 0, count: Architecture.notesPerHead)
    private var hops: Int64 = 0

    /// - Parameters:
    ///   - model: a model with a head for sounding notes; it may have one for onsets.
    ///   - thresholds: the model's own if nil.
    /// - Throws: ``ModelError/notStreamable(_:)`` when no head says which notes sound or there is
    ///   no memory for the silence gate, or what
    ///   ``StreamingNetwork/init(model:)`` throws.
    public convenience init(model: Model, thresholds: NoteThresholds? = nil) throws(ModelError) {
        try self.init(info: model.info, network: try StreamingNetwork(model: model), thresholds: thresholds)
    }

    /// A transcriber that runs no network: its posteriors come from outside, through ``process(_:posteriors:)``.
    ///
    /// - Throws: as ``init(model:thresholds:)``.
    public convenience init(info: ModelInfo, thresholds: NoteThresholds? = nil) throws(ModelError) {
        try self.init(info: info, network: nil, thresholds: thresholds)
    }

    private init(info: ModelInfo, network: StreamingNetwork?, thresholds: NoteThresholds?) throws(ModelError) {
        guard let head = info.architecture.heads.firstIndex(of: .sounding) else {
            throw .notStreamable("none of its heads says which notes are sounding")
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
            throw .notStreamable("the silence gate cannot be made: \(error)")
        }
        tracker = NoteTracker(
            thresholds: thresholds, hop: info.hop, sampleRate: info.sampleRate, notes: info.notes,
            confidence: info.confidence)
        velocities = VelocityEstimator(
            binCount: gate.power.count, windowLength: SilenceGate.windowLength, hop: info.hop,
            sampleRate: info.sampleRate, delay: (info.lookahead - SilenceGate.analysisCentre) / info.hop)
        posteriors = [Float](repeating: 0, count: info.architecture.heads.count * Architecture.notesPerHead)
        sounding = [Float](repeating: 0, count: Architecture.notesPerHead)
        onsets = [Float](repeating: 0, count: Architecture.notesPerHead)
        events.reserveCapacity(2 * Architecture.notesPerHead)
    }

    /// Where notes begin and end; may be changed at any time and holds from the next hop on.
    public var thresholds: NoteThresholds {
        get { tracker.thresholds }
        set {
            tracker.thresholds = newValue
            gate.thresholdDBFS = newValue.gateDBFS
        }
    }

    /// The sample, from the beginning of the epoch, that the last posteriors speak of. Negative at the beginning of an
    /// epoch, where the network still looks at the silence assumed before it; no event is published for those.
    public var labelSample: Int64 { hops * Int64(info.hop) - Int64(info.lookahead) }

    /// The notes that have begun and not ended, in order of pitch.
    public var soundingNotes: [NoteOnset] { tracker.soundingNotes }

    /// Takes the next `info.hop` samples, as they came from the source; any other count is ignored.
    public func process(_ hop: Span<Float>) {
        guard hop.count == info.hop, let network else { return }
        Self.run(network, hop, into: &posteriors)
        follow(hop)
    }

    /// Takes the next `info.hop` samples together with the network's posteriors of the window that ends with them, 128
    /// for each head; any other counts are ignored.
    public func process(_ hop: Span<Float>, posteriors given: Span<Float>) {
        guard hop.count == info.hop, given.count == posteriors.count else { return }
        for index in given.indices { posteriors[index] = given[index] }
        follow(hop)
    }

    private func follow(_ hop: Span<Float>) {
        events.removeAll(keepingCapacity: true)
        hops += 1
        level = HopLevel(of: hop)
        for pitch in sounding.indices {
            let isTrained = info.notes.contains(pitch)
            sounding[pitch] = isTrained ? posteriors[soundingHead + pitch] : 0
            if let onsetHead { onsets[pitch] = isTrained ? posteriors[onsetHead + pitch] : 0 }
        }
        isGateOpen = gate.process(hop)
        if gate.hasPower { velocities.process(gate.power.span) } else { velocities.processSilence() }
        guard labelSample >= 0 else { return }
        track()
    }

    /// The last posteriors of the 128 notes as the network gave them, before gate, clipping and thresholds; 0 for notes
    /// that the model was not trained on.
    public func withPosteriors<R>(_ body: (Span<Float>) -> R) -> R {
        let current = sounding
        return body(current.span)
    }

    /// The last posteriors of the 128 onsets as the network gave them; nil without an onset head.
    public func withOnsets<R>(_ body: (Span<Float>?) -> R) -> R {
        guard onsetHead != nil else { return body(nil) }
        let current = onsets
        return body(current.span)
    }

    /// The last posteriors of the 128 notes, clipped to 0...1, before gate and thresholds.
    public func withSounding<R>(_ body: (Span<Float>) -> R) -> R {
        for pitch in clipped.indices {
            let value = sounding[pitch]
            clipped[pitch] = value.isNaN ? 0 : min(max(value, 0), 1)
        }
        let current = clipped
        return body(current.span)
    }

    /// The velocity of a note of this pitch, if one began at the label sample.
    public func velocity(ofNoteAt pitch: Int) -> Int { velocities.velocity(of: pitch) }

    /// Ends every sounding note at the label sample and returns the ends. ``events`` stays as it was.
    public func releaseAll() -> [NoteEvent] {
        var ends: [NoteEvent] = []
        tracker.releaseAll(at: max(0, labelSample), into: &ends)
        return ends
    }

    /// Begins a new epoch: sample 0 is the next one. Notes that still sound are forgotten: call ``releaseAll()`` first.
    public func reset() {
        network?.reset()
        gate.reset()
        tracker.reset()
        velocities.reset()
        events.removeAll(keepingCapacity: true)
        level = HopLevel()
        isGateOpen = false
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

    private static func run(_ network: StreamingNetwork, _ hop: Span<Float>, into posteriors: inout [Float]) {
        var span = posteriors.mutableSpan
        network.process(hop, into: &span)
    }
}
