import Evaluation
import Music
import Training

/// A model's figures over passages of recordings, all frames and notes pooled.
///
/// Frames are the label positions of ``Evaluation/FrameGrid/windows(sampleCount:)`` that lie in a passage, with all
/// 128 notes each. A note counts if its onset lies in a passage. Uncertain notes count neither for nor against the
/// model: frames in which they may sound are ignored, as are transcribed notes that begin within 50 ms of one.
public struct PassageFigures: Sendable, Codable, Equatable {
    /// Total duration of the passages, in seconds.
    public var seconds: Double
    /// Average precision of the frames.
    public var averagePrecision: Double
    /// F1 of the frames at the model's threshold.
    public var frameF1: Double
    /// F1 of note onsets with a tolerance of 50 ms.
    public var onsetF1: Double

    enum CodingKeys: String, CodingKey {
        case seconds
        case averagePrecision = "average_precision"
        case frameF1 = "frame_f1"
        case onsetF1 = "onset_f1_50ms"
    }
}

/// Counts from which ``PassageFigures`` are computed.
public struct PassageCounts: Sendable {
    private var scores = FrameScores()
    private var onsets = PrecisionRecall()
    private var seconds = 0.0

    public init() {}

    /// Adds the evaluation of one recording.
    ///
    /// - Parameters:
    ///   - evaluation: the recording, with all its labels except the uncertain ones.
    ///   - passages: the part that counts; nil for all of it.
    ///   - uncertain: notes that may or may not sound.
    public mutating func add(_ evaluation: RecordingEvaluation, in passages: TimeSpans? = nil, uncertain: [Note] = []) {
        let grid = evaluation.grid
        guard grid.count > 0 else { return }
        let passages = passages ?? TimeSpans([grid.span])
        let rate = Double(grid.sampleRate)
        let truth = PianoRoll(evaluation.reference, on: grid)
        let uncertainCells = PianoRoll(uncertain, on: grid)
        let matrix = evaluation.scores
        for row in 0..<grid.count where passages.contains(Double(grid.first + row * grid.step) / rate) {
            for note in 0..<PianoRoll.notes where truth[row, note] || !uncertainCells[row, note] {
                scores.add(matrix[row * PianoRoll.notes + note], isOn: truth[row, note])
            }
        }
        let uncertainByPitch = Dictionary(grouping: uncertain, by: \.pitch)
        let tolerance = NoteTolerance.onset50
        let found = evaluation.notes.filter { passages.contains($0.start) }
        let expected = evaluation.reference.filter { passages.contains($0.start) }
        let hits = NoteMatching.score(reference: expected, estimate: found, within: tolerance).truePositives
        // A note that may be correct is not an error.
        let ignored = found.filter { note in
            (uncertainByPitch[note.pitch] ?? []).contains { abs($0.start - note.start) <= tolerance.onset }
        }
        onsets =
            onsets
            + PrecisionRecall(
                truePositives: hits, estimated: max(hits, found.count - ignored.count), reference: expected.count)
        seconds += passages.duration
    }

    /// - Parameter threshold: the model's on threshold, for the frame F1.
    public mutating func figures(threshold: Double) -> PassageFigures {
        PassageFigures(
            seconds: seconds, averagePrecision: scores.averagePrecision(),
            frameF1: scores.counts(atLeast: threshold).f1, onsetF1: onsets.f1)
    }
}
