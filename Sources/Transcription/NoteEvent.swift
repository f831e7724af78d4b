import Networks

/// A note began. Published once, and final: a live listener cannot be told to unhear it.
public struct NoteOnset: Sendable, Equatable {
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// The sample, counted from the beginning of the epoch, at which the note began.
    public var sample: Int64
    /// MIDI velocity, 1...127: how strongly the note sounds against the loudest recent passage.
    public var velocity: Int
    /// How sure the model is that the note is right, 0...1.
    public var confidence: Double
    /// What the confidence was made of; nil for notes that no tracker made.
    public var evidence: NoteEvidence?

    public init(pitch: Int, sample: Int64, velocity: Int, confidence: Double, evidence: NoteEvidence? = nil) {
        self.pitch = pitch
        self.sample = sample
        self.velocity = velocity
        self.confidence = confidence
        self.evidence = evidence
    }
}

/// A note ended. There is exactly one for each ``NoteOnset``.
public struct NoteOffset: Sendable, Equatable {
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// The sample at which the note ended: later than ``onsetSample``.
    public var sample: Int64
    /// The sample of the ``NoteOnset`` that this ends.
    public var onsetSample: Int64

    public init(pitch: Int, sample: Int64, onsetSample: Int64) {
        self.pitch = pitch
        self.sample = sample
        self.onsetSample = onsetSample
    }
}

/// What a transcriber publishes.
///
/// Within one epoch and one pitch, `on` and `off` alternate, beginning with `on`, and their samples never go back.
/// Between pitches they are in order of publication, which differs from the order of their samples by a few hops.
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

    /// The sample at which it happened, counted from the beginning of the epoch.
    public var sample: Int64 {
        switch self {
        case .on(let note): note.sample
        case .off(let note): note.sample
        }
    }
}
