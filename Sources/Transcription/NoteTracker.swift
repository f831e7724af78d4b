import Foundation
import Networks

/// Turns posteriors, hop by hop, into notes that begin and end.
///
/// **Beginnings.** With an onset head, a note begins at a local maximum of its onset posterior that reaches
/// `thresholds.onset`, once its sounding posterior is at least halfway between `thresholds.off` and `thresholds.on`;
/// it is stamped `thresholds.onsetAdvance` before the maximum. Finding a maximum takes one hop (11.6 ms) of waiting. A note whose onset the head has missed begins when the sounding posterior has stayed above `thresholds.on`
/// for ``lateHops``. Without an onset head, a note begins when the sounding posterior has reached `thresholds.on` in
/// ``confirmationHops`` consecutive hops, the first of which is its onset: what is published cannot be taken back, and a
/// single hop above the threshold is most often a flicker. This, too, waits for one hop.
///
/// **Ends.** A note ends when the sounding posterior has been below `thresholds.off` for ``releaseHops`` consecutive
/// hops, `thresholds.releaseAdvance` before the first of them. It is never published as shorter than `thresholds.minimumDuration`: when the posterior
/// falls before that, the end waits and is stamped there.
///
/// **Repetitions.** A sounding note begins again (an end and a beginning at one sample) at a new maximum of the onset
/// posterior; without an onset head, where the sounding posterior has dipped for at least ``confirmationHops`` and risen
/// again for as long (``dip``). A pair of
/// beginnings is at least ``refractoryHops`` apart.
///
/// **Confidence** is what the model's ``Networks/ConfidenceCurve`` makes of the note's ``Networks/NoteEvidence``, and without a curve the
/// evidence's height: that of the onset posterior at the note's beginning, clipped to 0...1 (of a late note, the highest since its first
/// hop). The sounding posterior speaks of notes that have not begun here too, and says little beside it. Without an onset head it is the
/// largest sounding posterior seen when the note was published; the paper's model gives unbounded scores.
///
/// A pure state machine: no clock, no I/O; time is the label sample that comes with each hop. Allocates nothing once
/// the caller's array of events is large enough.
public struct NoteTracker: Sendable {
    /// May be changed between hops; sounding notes are judged by the new ones from then on.
    public var thresholds: NoteThresholds

    /// Hops above `thresholds.on` before a note is published when no onset head speaks for it.
    static let confirmationHops = 2
    /// The same where an onset head was silent.
    static let lateHops = 6
    /// Hops below `thresholds.off` before an end is published.
    static let releaseHops = 2
    /// Hops between two beginnings of one pitch, at least: 58 ms, above the fastest trills and repetitions of players.
    static let refractoryHops = 5
    /// Hops that an onset waits for its sounding posterior.
    static let onsetPatience = 4
    /// Without an onset head: the part of the posterior's height since the onset that it must lose and win back.
    static let dip: Float = 0.45

    private let hop: Int64
    private let sampleRate: Double
    private let notes: ClosedRange<Int>
    private let confidence: ConfidenceCurve?
    private var states: [PitchState]

    /// - Parameters:
    ///   - thresholds: where to begin with.
    ///   - hop: samples between two calls of ``process(sample:sounding:onset:into:)``.
    ///   - sampleRate: hertz.
    ///   - notes: pitches outside of it are ignored.
    ///   - confidence: what makes a probability of the evidence; nil publishes the evidence.
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

    /// The notes that have begun and not ended, in order of pitch, with the velocity they were published with.
    public var soundingNotes: [NoteOnset] { states.compactMap(\.note) }

    /// Takes the posteriors of one hop.
    ///
    /// - Parameters:
    ///   - sample: the label sample; larger than the last one's.
    ///   - sounding: 128 posteriors.
    ///   - onset: 128 posteriors, if the model has them.
    ///   - isOpen: false where the gate says silence: every posterior counts as 0.
    ///   - velocity: of a note that begins now, by pitch; called only then.
    ///   - events: beginnings and ends are appended.
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

    /// Ends every sounding note, at `sample` or right after its onset if that is later, and forgets all evidence.
    public mutating func releaseAll(at sample: Int64, into events: inout [NoteEvent]) {
        for pitch in states.indices {
            if let note = states[pitch].note {
                let end = max(sample, note.sample + 1)
                events.append(.off(NoteOffset(pitch: pitch, sample: end, onsetSample: note.sample)))
            }
            states[pitch] = PitchState()
        }
    }

    /// Forgets everything, sounding notes included.
    public mutating func reset() {
        for pitch in states.indices { states[pitch] = PitchState() }
    }

    private static func clipped(_ value: Float) -> Float { value.isNaN ? 0 : min(max(value, 0), 1) }
}
