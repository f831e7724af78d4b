import Music
import Networks

/// All that a network and the silence gate said of a recording: enough to track its notes again with other thresholds.
///
/// 1.2 KB a row with an onset head, half of it without: 86 rows a second.
public struct PosteriorTrace: Sendable {
    public let info: ModelInfo
    /// Samples of the recording.
    public private(set) var sampleCount: Int64 = 0
    /// Row by row, 128 sounding posteriors as the network gave them.
    public private(set) var sounding: [Float] = []
    private var onsets: [Float] = []
    /// Row by row, the velocity of a note of each pitch that would begin there.
    private var velocities: [UInt8] = []
    private var isOpen: [Bool] = []

    public init(info: ModelInfo) {
        self.info = info
    }

    /// Rows so far; row j speaks of sample `j * info.hop`.
    public var rowCount: Int { isOpen.count }

    /// Appends the row that a transcriber has just processed.
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

    /// To be told when the recording has been heard.
    public mutating func finish(sampleCount: Int64) { self.sampleCount = sampleCount }

    /// The notes that these thresholds give, in order of their beginnings, with the height of their evidence as confidence, whatever the
    /// model's curve; the gate's threshold is the one of the recording's transcription.
    public func notes(_ thresholds: NoteThresholds) -> [Note] {
        joined(thresholds).map { $0.note(sampleRate: Double(info.sampleRate)) }
    }

    /// The same with the evidence for each.
    public func claims(_ thresholds: NoteThresholds) -> [(note: Note, evidence: NoteEvidence)] {
        joined(thresholds).compactMap { joined in
            joined.on.evidence.map { (joined.note(sampleRate: Double(info.sampleRate)), $0) }
        }
    }

    private func joined(_ thresholds: NoteThresholds) -> [NoteAssembler.Joined] {
        var tracker = NoteTracker(
            thresholds: thresholds, hop: info.hop, sampleRate: info.sampleRate, notes: info.notes)
        var assembler = NoteAssembler(sampleRate: info.sampleRate)
        var events: [NoteEvent] = []
        var notes: [NoteAssembler.Joined] = []
        let width = Architecture.notesPerHead
        for row in 0..<rowCount {
            let range = row * width..<(row + 1) * width
            tracker.process(
                sample: Int64(row * info.hop), sounding: sounding.span.extracting(range),
                onset: onsets.isEmpty ? nil : onsets.span.extracting(range), isOpen: isOpen[row],
                velocity: { Int(velocities[row * width + $0]) }, into: &events)
            guard !events.isEmpty else { continue }
            notes += assembler.join(events)
            events.removeAll(keepingCapacity: true)
        }
        tracker.releaseAll(at: sampleCount, into: &events)
        return notes + assembler.join(events)
    }
}
