import Foundation
import Networks

/// Turns posteriors into note-ons and note-offs, hop by hop.
///
/// **Onsets.** With an onset head, a note starts at a local maximum of its onset posterior that reaches
/// `thresholds.onset`, once its sounding posterior is at least halfway between `thresholds.off` and `thresholds.on`.
/// The onset is stamped `thresholds.onsetAdvance` before the maximum. Detecting a maximum takes one extra hop (11.6
/// ms). If the onset head misses the onset, the note starts when the sounding posterior has stayed above
/// `thresholds.on` for ``lateHops``. Without an onset head, a note starts when the sounding posterior has reached
/// `thresholds.on` in ``confirmationHops`` consecutive hops; the first of them is its onset. This also takes one extra
/// hop. It is needed because a published note cannot be taken back, and a single hop above the threshold is usually a
/// flicker.
///
/// **Offsets.** A note ends when the sounding posterior has been below `thresholds.off` for ``releaseHops`` consecutive
/// hops. The end is stamped `thresholds.releaseAdvance` before the first of them. No note is published as shorter than
/// `thresholds.minimumDuration`: if the posterior falls earlier, the end is delayed and stamped at the minimum
/// duration.
///
/// **Repetitions.** With an onset head, a sounding note is restarted (an end and an onset at the same sample) at a new
/// maximum of its onset posterior. Without one, it is restarted when the sounding posterior has dipped for at least
/// ``confirmationHops`` and risen again for as long (see ``dip``). Two onsets of one pitch are at least
/// ``refractoryHops`` apart.
///
/// **Confidence.** The model's ``Networks/ConfidenceCurve`` maps the note's ``Networks/NoteEvidence`` to a probability.
/// Without a curve, the confidence is the height in the evidence. With an onset head, the height is the onset posterior
/// at the onset, clipped to 0...1; for a late note, the highest onset posterior since its first hop. The sounding
/// posterior adds little to it, because it is also high for notes that started earlier. Without an onset head, the
/// height is the largest sounding posterior up to publication. The paper's model produces unbounded scores, which are
/// clipped too.
///
/// A pure state machine without clock or I/O: time is the label sample passed with each hop. Allocates nothing once the
/// caller's event array is large enough.
public struct NoteTracker: Sendable {
    /// May be changed between hops; the new values then also apply to sounding notes.
    public var thresholds: NoteThresholds

    /// Hops above `thresholds.on` before a note is published, without an onset head.
    static let confirmationHops = 2
    /// Hops above `thresholds.on` before a note is published whose onset the onset head missed.
    static let lateHops = 6
    /// Hops below `thresholds.off` before a note-off is published.
    static let releaseHops = 2
    /// The minimum number of hops between two onsets of one pitch: 58 ms, shorter than the fastest trills and repeated
    /// notes.
    static let refractoryHops = 5
    /// Hops for which a detected onset waits for its sounding posterior to rise.
    static let onsetPatience = 4
    /// Without an onset head: the fraction of its peak since the onset that the posterior must lose, and regain, to
    /// count as a repetition.
    static let dip: Float = 0.45

    private let hop: Int64
    private let sampleRate: Double
    private let notes: ClosedRange<Int>
    private let confidence: ConfidenceCurve?
    private var states: [PitchState]

    /// - Parameters:
    ///   - thresholds: the initial thresholds.
    ///   - hop: samples between two calls of ``process(sample:sounding:onset:isOpen:velocity:into:)``.
    ///   - sampleRate: hertz.
    ///   - notes: the range of pitches to track; others are ignored.
    ///   - confidence: maps evidence to a probability; nil publishes the height of the evidence.
    public init(
        thresholds: NoteThresholds, hop: Int = 512, sampleRate: Int = 44100, notes: ClosedRange<Int> = 0...127,
        confidence: ConfidenceCurve? = nil
    ) {
        self.thresholds = thresholds
        self.hop = Int64(max(1, hop))
        self.sampleRate = Double(sampleRate)
        self.notes = notes.clamped(to: 0...127)
        self.confidence = confidence
        states = [PitchState](repeating: PitchState(), count: 128)
    }

    /// The sounding notes in order of pitch, as they were published.
    public var soundingNotes: [NoteOnset] { states.compactMap(\.note) }

    /// Processes the posteriors of one hop.
    ///
    /// - Parameters:
    ///   - sample: the label sample; must be larger than that of the previous hop.
    ///   - sounding: 128 posteriors.
    ///   - onset: 128 posteriors; nil if the model has no onset head.
    ///   - isOpen: whether the silence gate is open. If false, every posterior counts as 0.
    ///   - velocity: returns the velocity for a pitch; called only when a note starts.
    ///   - events: note-ons and note-offs are appended.
    public mutating func process(
        sample: Int64, sounding: Span<Float>, onset: Span<Float>?, isOpen: Bool = true,
        velocity: (Int) -> Int = { _ in 64 }, into events: inout [NoteEvent]
    ) {
        guard sounding.count == states.count else { return }
        let limits = Limits(thresholds, hop: hop, sampleRate: sampleRate, hasOnsets: onset != nil)
        for pitch in notes {
            let posterior = isOpen ? Self.clipped(sounding[pitch]) : 0
            var onsetPosterior: Float?
            if let onset, onset.count == states.count { onsetPosterior = isOpen ? Self.clipped(onset[pitch]) : 0 }
            let step = states[pitch].advance(
                sample: sample, hop: hop, sounding: posterior, onset: onsetPosterior, limits: limits)
            if let end = step.end, let note = states[pitch].note {
                events.append(.off(NoteOffset(pitch: pitch, sample: end, onsetSample: note.sample)))
                states[pitch].note = nil
            }
            if let start = step.start {
                let evidence = NoteEvidence(
                    height: Double(start.height), velocity: min(max(velocity(pitch), 1), 127),
                    beginning: start.beginning)
                let note = NoteOnset(
                    pitch: pitch, sample: start.sample, velocity: evidence.velocity,
                    confidence: confidence?.probability(of: evidence) ?? evidence.height, evidence: evidence)
                events.append(.on(note))
                states[pitch].note = note
            }
        }
    }

    /// Ends every sounding note at `sample`, or right after its onset if that is later, and clears all state.
    public mutating func releaseAll(at sample: Int64, into events: inout [NoteEvent]) {
        for pitch in states.indices {
            if let note = states[pitch].note {
                let end = max(sample, note.sample + 1)
                events.append(.off(NoteOffset(pitch: pitch, sample: end, onsetSample: note.sample)))
            }
            states[pitch] = PitchState()
        }
    }

    /// Clears all state without ending the sounding notes.
    public mutating func reset() {
        for pitch in states.indices { states[pitch] = PitchState() }
    }

    private static func clipped(_ value: Float) -> Float { value.isNaN ? 0 : min(max(value, 0), 1) }
}
