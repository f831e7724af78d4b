import Music
import Networks

/// The metrics of one recording, or of several recordings pooled.
///
/// Frame metrics are over 128 notes at each time of ``FrameGrid/windows(sampleCount:)``. Pooling adds up counts (micro
/// averages), so long recordings weigh more. Metrics are fractions of 1 unless a unit is given.
public struct EvaluationFigures: Sendable, Codable, Equatable {
    public var name: String
    /// Seconds of audio.
    public var seconds: Double
    public var frames: Int
    public var averagePrecision: Double
    /// F1 of frames at the model's on threshold.
    public var frameF1: Double
    /// The highest F1 of frames that any single threshold reaches on this data, and that threshold.
    public var bestFrameF1: Double
    public var bestThreshold: Double
    /// F1 of the frames that the transcribed notes cover.
    public var noteFrameF1: Double
    public var onsetPrecision50: Double
    public var onsetRecall50: Double
    public var onsetF150: Double
    public var onsetF1100: Double
    /// F1 of notes whose onset is within 50 ms and whose offset is within 20% of the duration or 50 ms.
    public var noteF1: Double
    /// The median absolute offset error, in seconds, of notes whose onset is within 50 ms; nil without such notes.
    public var offsetError: Double?
    /// The correlation (Pearson's r) between the velocities of those notes and of their labels. Nil if the labels have
    /// no velocities, or all the same.
    public var velocityCorrelation: Double?
    /// MIREX measures at the best threshold.
    public var accuracy: Double
    public var totalError: Double

    enum CodingKeys: String, CodingKey {
        case name, seconds, frames
        case averagePrecision = "average_precision"
        case frameF1 = "frame_f1"
        case bestFrameF1 = "best_frame_f1"
        case bestThreshold = "best_threshold"
        case noteFrameF1 = "note_frame_f1"
        case onsetPrecision50 = "onset_precision_50ms"
        case onsetRecall50 = "onset_recall_50ms"
        case onsetF150 = "onset_f1_50ms"
        case onsetF1100 = "onset_f1_100ms"
        case noteF1 = "onset_offset_f1"
        case offsetError = "offset_error_s"
        case velocityCorrelation = "velocity_correlation"
        case accuracy = "acc"
        case totalError = "etot"
    }
}

extension EvaluationFigures {
    /// The unweighted means of the metrics of several recordings (macro averages), including the best threshold.
    ///
    /// - Returns: nil without recordings.
    public static func mean(of figures: [EvaluationFigures], name: String = "mean") -> EvaluationFigures? {
        guard var result = figures.first else { return nil }
        let fields: [WritableKeyPath<EvaluationFigures, Double>] = [
            \.averagePrecision, \.frameF1, \.bestFrameF1, \.bestThreshold, \.noteFrameF1, \.onsetPrecision50,
            \.onsetRecall50, \.onsetF150, \.onsetF1100, \.noteF1, \.accuracy, \.totalError,
        ]
        for field in fields {
            result[keyPath: field] = figures.reduce(0) { $0 + $1[keyPath: field] } / Double(figures.count)
        }
        result.offsetError = mean(figures.compactMap(\.offsetError))
        result.velocityCorrelation = mean(figures.compactMap(\.velocityCorrelation))
        result.name = name
        result.seconds = figures.reduce(0) { $0 + $1.seconds }
        result.frames = figures.reduce(0) { $0 + $1.frames }
        return result
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

/// The counts from which the metrics of one or more recordings are computed.
public struct EvaluationCounts: Sendable {
    private var scores = FrameScores()
    private var rows: [(scores: [Float], truth: PianoRoll)] = []
    private var seconds = 0.0
    private var frames = 0
    private var noteFrames = PrecisionRecall()
    private var onset50 = PrecisionRecall()
    private var onset100 = PrecisionRecall()
    private var onsetOffset = PrecisionRecall()
    private var offsetErrors: [Double] = []
    /// The velocities of each matched pair, and the distinct velocities of all labels.
    private var velocities: [(label: Double, note: Double)] = []
    private var labelVelocities: Set<Int> = []

    public init() {}

    public init(_ evaluation: RecordingEvaluation) {
        let grid = evaluation.grid
        let truth = PianoRoll(evaluation.reference, on: grid)
        let matrix = evaluation.scores
        scores.add(matrix, truth: truth)
        rows = [(matrix, truth)]
        seconds = evaluation.seconds
        frames = grid.count
        noteFrames = MultiPitchScore(reference: truth, estimate: PianoRoll(evaluation.notes, on: grid)).cells
        // Labels may extend beyond the audio. A recording shorter than a window has no frames.
        let span = grid.count > 0 ? grid.span : 0..<evaluation.seconds
        let reference = evaluation.reference.filter { span.contains($0.start) }
        let notes = evaluation.notes.filter { span.contains($0.start) }
        onset50 = NoteMatching.score(reference: reference, estimate: notes, within: .onset50)
        onset100 = NoteMatching.score(reference: reference, estimate: notes, within: .onset100)
        onsetOffset = NoteMatching.score(reference: reference, estimate: notes, within: .onsetOffset)
        for pair in NoteMatching.pairs(reference: reference, estimate: notes, within: .onset50) {
            let (label, note) = (reference[pair.reference], notes[pair.estimate])
            offsetErrors.append(abs(note.end - label.end))
            velocities.append((Double(label.velocity), Double(note.velocity)))
        }
        labelVelocities = Set(reference.map(\.velocity))
    }

    public mutating func add(_ other: EvaluationCounts) {
        scores.add(other.scores)
        rows += other.rows
        seconds += other.seconds
        frames += other.frames
        noteFrames = noteFrames + other.noteFrames
        onset50 = onset50 + other.onset50
        onset100 = onset100 + other.onset100
        onsetOffset = onsetOffset + other.onsetOffset
        offsetErrors += other.offsetErrors
        velocities += other.velocities
        labelVelocities.formUnion(other.labelVelocities)
    }

    private var medianOffsetError: Double? {
        guard !offsetErrors.isEmpty else { return nil }
        let sorted = offsetErrors.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    private var velocityCorrelation: Double? {
        guard labelVelocities.count > 1, velocities.count > 2 else { return nil }
        let count = Double(velocities.count)
        let means = velocities.reduce((0, 0)) { ($0.0 + $1.label / count, $0.1 + $1.note / count) }
        var (labels, notes, both) = (0.0, 0.0, 0.0)
        for pair in velocities {
            let (x, y) = (pair.label - means.0, pair.note - means.1)
            (labels, notes, both) = (labels + x * x, notes + y * y, both + x * y)
        }
        return labels > 0 && notes > 0 ? both / (labels * notes).squareRoot() : nil
    }

    /// - Parameters:
    ///   - name: the name of the row.
    ///   - threshold: the model's on threshold.
    public mutating func figures(name: String, threshold: Double) -> EvaluationFigures {
        let best = scores.bestThreshold()
        let multiPitch = rows.reduce(MultiPitchScore()) { sum, row in
            sum
                + MultiPitchScore(
                    reference: row.truth, estimate: PianoRoll(scores: row.scores, atLeast: best.threshold.nextUp))
        }
        return EvaluationFigures(
            name: name, seconds: seconds, frames: frames, averagePrecision: scores.averagePrecision(),
            frameF1: scores.counts(atLeast: threshold).f1, bestFrameF1: best.counts.f1, bestThreshold: best.threshold,
            noteFrameF1: noteFrames.f1, onsetPrecision50: onset50.precision, onsetRecall50: onset50.recall,
            onsetF150: onset50.f1, onsetF1100: onset100.f1, noteF1: onsetOffset.f1, offsetError: medianOffsetError,
            velocityCorrelation: velocityCorrelation, accuracy: multiPitch.accuracy, totalError: multiPitch.totalError)
    }
}
