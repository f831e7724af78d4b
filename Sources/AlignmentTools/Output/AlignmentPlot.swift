import Alignment
import Figures
import Foundation
import Scores

/// Draws an alignment like Figure 2 of the paper, see ``AlignmentFigure``.
public struct AlignmentPlot: Sendable {
    /// Duration in seconds of the excerpt that shows the onsets.
    public static let excerptLength = 10.0
    /// The lowest level drawn, in dB relative to the loudest.
    private static let floor = -60.0
    private static let titleLength = 60

    /// Start of the excerpt in seconds; nil for half a second before the first note.
    public var excerptStart: Double?

    public init(excerptStart: Double? = nil) {
        self.excerptStart = excerptStart
    }

    /// Reads the recording twice, which takes about a second per ten minutes of audio.
    ///
    /// - Throws: `SoundError` for a recording that cannot be read, `FiguresError` for a figure that cannot be drawn.
    public func figure(_ alignment: ScoreAlignment, of score: Score, origin: AlignmentDocument.Origin) throws -> Figure
    {
        let matrix = try CostMatrix(score: score, audio: origin.audio, duration: alignment.duration)
        let notes = alignment.soundingNotes(of: score)
        return AlignmentFigure(
            title: Self.title(score, origin), note: Self.note(alignment, origin),
            costs: try Heatmap(
                rows: matrix.rows, columns: matrix.columns, values: matrix.costs, x: matrix.times, y: matrix.beats,
                colors: .blues, range: matrix.range, title: "cost", rendering: .image),
            path: alignment.stretches.map { $0.anchors.map { (time: $0.time, beat: $0.beat) } },
            measures: Self.measures(score),
            confidence: alignment.measures.filter { $0.end >= $0.start }
                .map { (times: $0.start...$0.end, value: min(max($0.confidence, 0), 1)) },
            regions: alignment.suspicions.map { Self.region($0, score) },
            spectrogram: try excerpt(alignment, notes, origin.audio),
            notes: notes.map { AlignmentFigure.Note(start: $0.start, end: $0.end, pitch: $0.note.pitch) }
        ).figure
    }

    private func excerpt(
        _ alignment: ScoreAlignment, _ notes: [SoundingNote], _ audio: String
    ) throws -> Heatmap {
        let length = min(Self.excerptLength, max(alignment.duration, 0.1))
        let requested = excerptStart ?? (notes.first?.start ?? 0) - 0.5
        let start = min(max(requested, 0), max(alignment.duration - length, 0))
        let times = start...start + length
        let excerpt = notes.filter { $0.start < times.upperBound && $0.end > times.lowerBound }
        // A few notes do not show the range of the music.
        let pitches = (excerpt.count < 12 ? notes : excerpt).map(\.note.pitch)
        // Leaves room for the first harmonics of the highest note.
        let low = max((pitches.min() ?? 48) - 3, 12)
        let high = min(max((pitches.max() ?? 72) + 15, low + 24), 120)
        let sound = try PitchSpectrogram(
            path: audio, times: times, columns: Int(length * 100), hop: 0.01, pitches: low...high, perSemitone: 4)
        return try Heatmap(
            rows: sound.bands, columns: sound.columns, values: sound.decibels(floor: Self.floor), x: times,
            y: sound.pitches, colors: .blues, range: Self.floor...0, title: "level (dB)", rendering: .image)
    }

    // MARK: Text

    private static func title(_ score: Score, _ origin: AlignmentDocument.Origin) -> String {
        func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
        let title = score.title.map { String($0.prefix(titleLength)) } ?? name(origin.score)
        return "\(title), aligned with \(name(origin.audio))"
    }

    private static func note(_ alignment: ScoreAlignment, _ origin: AlignmentDocument.Origin) -> String {
        let percent = Int((min(max(alignment.verdict.confidence, 0), 1) * 100).rounded())
        let verdict = "Verdict: \(alignment.verdict.grade.rawValue), \(percent)% of the notes are reliable"
        let reason = alignment.verdict.reason.isEmpty ? "." : ": \(alignment.verdict.reason)"
        return "\(verdict)\(reason.hasSuffix(".") ? reason : reason + ".") Method: \(origin.method)."
    }

    /// The measures in order of play, with the pass in parentheses from the second pass on.
    private static func measures(_ score: Score) -> [Axis.Place] {
        score.passages.compactMap { passage in
            guard score.measures.indices.contains(passage.measure) else { return nil }
            let number = score.measures[passage.measure].number
            return Axis.Place(passage.start, passage.pass > 1 ? "\(number) (\(passage.pass))" : number)
        }
    }

    private static func region(_ suspicion: ScoreAlignment.Suspicion, _ score: Score) -> AlignmentFigure.Region {
        let color =
            switch suspicion.kind {
            case .skipped, .compressed: 3
            case .repeated, .stretched: 4
            case .mismatch: 1
            case .foreign: 6
            }
        let isMusic = suspicion.kind != .foreign
        let name =
            suspicion.kind.rawValue + (isMusic ? measureRange(suspicion.beats, score).map { ": \($0)" } ?? "" : "")
        return AlignmentFigure.Region(times: suspicion.times, name: name, color: color)
    }

    /// For example "measures 17-32"; nil if the range contains no measure.
    static func measureRange(_ beats: ClosedRange<Double>, _ score: Score) -> String? {
        let covered = score.passages.filter { $0.end > beats.lowerBound + 1e-6 && $0.start < beats.upperBound - 1e-6 }
        guard let first = covered.first, let last = covered.last, score.measures.indices.contains(first.measure),
            score.measures.indices.contains(last.measure)
        else { return nil }
        let (from, to) = (score.measures[first.measure].number, score.measures[last.measure].number)
        return covered.count == 1 ? "measure \(from)" : "measures \(from)-\(to)"
    }
}
