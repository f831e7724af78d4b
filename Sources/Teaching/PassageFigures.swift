import Evaluation
import Music
import Training

/// What a model makes of passages of recordings: all frames and notes counted together.
///
/// Frames are judged at the moments of ``Evaluation/FrameGrid/windows(sampleCount:)`` that lie in the passages, all 128
/// notes each; a note counts where it begins in a passage. Doubtful notes are left out on both sides: cells at which
/// they may sound, and transcribed notes that begin within 50 ms of them.
public struct PassageFigures: Sendable, Codable, Equatable {
    /// Seconds of the passages.
    public var seconds: Double
    /// Of frames.
    public var averagePrecision: Double
    /// Of frames, at the model's threshold.
    public var frameF1: Double
    /// Of note onsets within 50 ms.
    public var onsetF1: Double

    enum CodingKeys: String, CodingKey {
        case seconds
        case averagePrecision = "average_precision"
        case frameF1 = "frame_f1"
        case onsetF1 = "onset_f1_50ms"
    }
}

/// Counts from which ``PassageFigures`` are made.
public struct PassageCounts: Sendable {
    private var scores = FrameScores()
    private var onsets = PrecisionRecall()
    private var seconds = 0.0

    public init() {}

    /// Adds what a model made of a recording.
    ///
    /// - Parameters:
    ///   - evaluation: the recording, with all its labels.
    ///   - passages: what counts of it; nil for all.
    ///   - uncertain: notes that nobody is sure of, which are not among the evaluation's labels.
    public mutating func add(_ evaluation: RecordingEvaluation, in passages: TimeSpans? = nil, uncertain: [Note] = []) {
        let grid = evaluation.grid
        guard grid.count > 0 else { return }
        let passages = passages ?? TimeSpans([grid.span])
        let rate = Double(grid.sampleRate)
        let truth = PianoRoll(evaluation.reference, on: grid)
        let unknown = PianoRoll(uncertain, on: grid)
        let matrix = evaluation.scores
        for row in 0..<grid.count where passages.contains(Double(grid.first + row * grid.step) / rate) {
            for note in 0..<PianoRoll.notes where truth[row, note] || !unknown[row, note] {
                scores.add(matrix[row * PianoRoll.notes + note], isOn: truth[row, note])
            }
        }
        let doubts = Dictionary(grouping: uncertain, by: \.pitch)
        let tolerance = NoteTolerance.onset50
        let found = evaluation.notes.filter { passages.contains($0.start) }
        let asked = evaluation.reference.filter { passages.contains($0.start) }
        let hits = NoteMatching.score(reference: asked, estimate: found, within: tolerance).truePositives
        // A note that may be right is no mistake.
        let excused = found.filter { note in
            (doubts[note.pitch] ?? []).contains { abs($0.start - note.start) <= tolerance.onset }
        }
        onsets =
            onsets
            + PrecisionRecall(
                truePositives: hits, estimated: max(hits, found.count - excused.count), reference: asked.count)
        seconds += passages.duration
    }

    /// - Parameter threshold: the model's on threshold.
    public mutating func figures(threshold: Double) -> PassageFigures {
        PassageFigures(
            seconds: seconds, averagePrecision: scores.averagePrecision(),
            frameF1: scores.counts(atLeast: threshold).f1, onsetF1: onsets.f1)
    }
}
