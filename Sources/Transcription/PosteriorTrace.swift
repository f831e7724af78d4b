import Music
import Networks

/// The complete output of a network and the silence gate for a recording. Notes can be tracked from it again with other
/// thresholds.
///
/// Uses 1.2 KB per row with an onset head and half of that without, at 86 rows per second.
public struct PosteriorTrace: Sendable {
    public let info: ModelInfo
    /// Samples of the recording.
    public private(set) var sampleCount: Int64 = 0
    /// 128 raw sounding posteriors per row.
    public private(set) var sounding: [Float] = []
    private var onsets: [Float] = []
    /// Per row, the velocity that a note of each pitch would have if it started there.
    private var velocities: [UInt8] = []
    private var isOpen: [Bool] = []

    public init(info: ModelInfo) {
        self.info = info
    }

    /// Rows so far; row j refers to sample `j * info.hop`.
    public var rowCount: Int { isOpen.count }

    /// Appends the row that `transcriber` has just processed.
    public mutating func append(_ transcriber: Transcriber) {
        transcriber.withPosteriors { posteriors in
            for pitch in posteriors.indices { sounding.append(posteriors[pitch]) }
        }
        transcriber.withOnsets { posteriors in
            guard let posteriors else { return }
            for pitch in posteriors.indices { onsets.append(posteriors[pitch]) }
        }
        for pitch in 0..<Architecture.notesPerHead {
            velocities.append(UInt8(clamping: transcriber.velocity(ofNoteAt: pitch)))
        }
        isOpen.append(transcriber.isGateOpen)
    }

    /// Sets the length of the recording. Must be called before notes are requested.
    public mutating func finish(sampleCount: Int64) { self.sampleCount = sampleCount }

    /// The notes for the given thresholds, in order of onset. Their confidence is the height of the evidence, even if
    /// the model has a confidence curve. The gate decisions are those of the transcription; `thresholds.gateDBFS` is
    /// ignored.
    public func notes(_ thresholds: NoteThresholds) -> [Note] {
        pairedNotes(thresholds).map { $0.note(sampleRate: Double(info.sampleRate)) }
    }

    /// Like ``notes(_:)``, with the evidence for each note.
    public func claims(_ thresholds: NoteThresholds) -> [(note: Note, evidence: NoteEvidence)] {
        pairedNotes(thresholds).compactMap { paired in
            paired.on.evidence.map { (paired.note(sampleRate: Double(info.sampleRate)), $0) }
        }
    }

    private func pairedNotes(_ thresholds: NoteThresholds) -> [NoteAssembler.PairedNote] {
        var tracker = NoteTracker(
            thresholds: thresholds, hop: info.hop, sampleRate: info.sampleRate, notes: info.notes)
        var assembler = NoteAssembler(sampleRate: info.sampleRate)
        var events: [NoteEvent] = []
        var notes: [NoteAssembler.PairedNote] = []
        let width = Architecture.notesPerHead
        for row in 0..<rowCount {
            let range = row * width..<(row + 1) * width
            tracker.process(
                sample: Int64(row * info.hop), sounding: sounding.span.extracting(range),
                onset: onsets.isEmpty ? nil : onsets.span.extracting(range), isOpen: isOpen[row],
                velocity: { Int(velocities[row * width + $0]) }, into: &events)
            guard !events.isEmpty else { continue }
            notes += assembler.pair(events)
            events.removeAll(keepingCapacity: true)
        }
        tracker.releaseAll(at: sampleCount, into: &events)
        return notes + assembler.pair(events)
    }
}
