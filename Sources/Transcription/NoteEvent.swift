import Networks

/// A note-on. Published once and never revised, because a live client cannot take it back.
public struct NoteOnset: Sendable, Equatable {
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// The sample of the onset, counted from the beginning of the epoch.
    public var sample: Int64
    /// MIDI velocity, 1...127, relative to the loudest recent passage.
    public var velocity: Int
    /// The estimated probability that the note is correct, 0...1.
    public var confidence: Double
    /// The evidence behind the confidence; nil for notes that no tracker produced.
    public var evidence: NoteEvidence?

    public init(pitch: Int, sample: Int64, velocity: Int, confidence: Double, evidence: NoteEvidence? = nil) {
        self.pitch = pitch
        self.sample = sample
        self.velocity = velocity
        self.confidence = confidence
        self.evidence = evidence
    }
}

/// A note-off. There is exactly one for each ``NoteOnset``.
public struct NoteOffset: Sendable, Equatable {
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// The sample at which the note ended, always later than ``onsetSample``.
    public var sample: Int64
    /// The sample of the ``NoteOnset`` that this event ends.
    public var onsetSample: Int64

    public init(pitch: Int, sample: Int64, onsetSample: Int64) {
        self.pitch = pitch
        self.sample = sample
        self.onsetSample = onsetSample
    }
}

/// An event published by a transcriber.
///
/// Within one epoch and one pitch, `on` and `off` alternate, starting with `on`, and their samples never decrease.
/// Across pitches, events are in order of publication, which may differ from the order of their samples by a few hops.
public enum NoteEvent: Sendable, Equatable {
    case on(NoteOnset)
    case off(NoteOffset)

    /// MIDI note number, 0...127.
    public var pitch: Int {
        switch self {
        case .on(let note): note.pitch
        case .off(let note): note.pitch
        }
    }

    /// The sample of the event, counted from the beginning of the epoch.
    public var sample: Int64 {
        switch self {
        case .on(let note): note.sample
        case .off(let note): note.sample
        }
    }
}
