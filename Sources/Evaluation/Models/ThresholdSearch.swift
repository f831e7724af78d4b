import Basics
import Foundation
import Music
import Networks
import Transcription

/// Searches for the thresholds that maximize note and frame F1 on a dataset.
///
/// The objective is the mean of two metrics, each averaged over the recordings: the note onset F1 (within 50 ms) and
/// the F1 of the frames that the notes cover. The search is a coordinate ascent: each threshold is varied over a grid
/// in turn until none of them can be improved alone. It runs from several starting points, because the best value of
/// one threshold depends on the others. The note tracker runs several hundred times over posteriors that were computed
/// once.
///
/// The thresholds become part of the model, so fit them on recordings that are not used to evaluate it.
public struct ThresholdSearch: Sendable {
    /// The metrics that a set of thresholds reaches.
    public struct Result: Sendable, Equatable {
        public var thresholds: NoteThresholds
        /// Means over the recordings.
        public var onsetF1: Double
        public var frameF1: Double
        public var objective: Double { (onsetF1 + frameF1) / 2 }
    }

    private struct Item: Sendable {
        var trace: PosteriorTrace
        var reference: [Note]
        var roll: PianoRoll
        var grid: FrameGrid
        /// In seconds. Notes and frames outside the passages don't count.
        var passages: [Range<Double>]

        func counts(_ note: Note) -> Bool { passages.contains { $0.contains(note.start) } }

        /// A roll of `notes` without the frames that don't count.
        func roll(_ notes: [Note]) -> PianoRoll {
            var roll = PianoRoll(notes, on: grid)
            guard passages.count > 1 || passages.first != grid.span else { return roll }
            for row in 0..<grid.count {
                let time = Double(grid.first + row * grid.step) / Double(grid.sampleRate)
                if passages.contains(where: { $0.contains(time) }) { continue }
                for note in 0..<PianoRoll.notes { roll[row, note] = false }
            }
            return roll
        }
    }

    private let items: [Item]
    private let hasOnsets: Bool

    static let onGrid: [Double] = [
        0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
    ]
    /// Additional starting points for the on threshold. With an onset head, a value so high that the sounding posterior
    /// alone starts no notes may be best.
    private static let otherStarts = [0.5, 0.9]
    /// Off thresholds as fractions of the on threshold.
    static let offGrid: [Double] = [0.2, 0.35, 0.5, 0.65, 0.8, 1]
    /// Seconds by which the published times of onsets, and of offsets, are advanced.
    static let advanceGrid: [Double] = [-0.01, -0.005, 0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03]
    static let releaseGrid: [Double] = [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    static let onsetGrid: [Double] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9]

    /// - Parameters:
    ///   - evaluations: the model's output for each recording.
    ///   - passages: the parts of each recording that count, in seconds; nil for the whole recording.
    public init(_ evaluations: [RecordingEvaluation], within passages: [[Range<Double>]?] = []) {
        items = evaluations.enumerated().map { index, evaluation in
            let grid = evaluation.grid
            let span = grid.count > 0 ? grid.span : 0..<evaluation.seconds
            let chosen = passages.indices.contains(index) ? passages[index] : nil
            var item = Item(
                trace: evaluation.trace, reference: [], roll: PianoRoll(count: 0), grid: grid,
                passages: chosen ?? [span])
            item.reference = evaluation.reference.filter(item.counts)
            item.roll = item.roll(evaluation.reference)
            return item
        }
        hasOnsets = evaluations.contains { $0.trace.info.architecture.heads.contains(.onset) }
    }

    /// Evaluates a set of thresholds, with the recordings distributed over all cores.
    public func evaluate(_ thresholds: NoteThresholds) -> Result {
        let scores = FanOut().map(items) { item in
            let notes = item.trace.notes(thresholds)
            let onset = NoteMatching.score(
                reference: item.reference, estimate: notes.filter(item.counts), within: .onset50)
            let frames = MultiPitchScore(reference: item.roll, estimate: item.roll(notes))
            return Result(thresholds: thresholds, onsetF1: onset.f1, frameF1: frames.cells.f1)
        }
        var result = Result(thresholds: thresholds, onsetF1: 0, frameF1: 0)
        for score in scores {
            result.onsetF1 += score.onsetF1 / Double(items.count)
            result.frameF1 += score.frameF1 / Double(items.count)
        }
        return result
    }

    /// The best thresholds found from `start` and from other on thresholds. The minimum duration and the gate are not
    /// varied.
    ///
    /// - Parameter progress: called with the result of every set of thresholds that was tried.
    public func best(from start: NoteThresholds, progress: (Result) -> Void = { _ in }) -> Result {
        var best = climb(from: start, progress: progress)
        for on in Self.otherStarts {
            var other = best.thresholds
            (other.on, other.off) = (on, on / 2)
            let found = climb(from: other, progress: progress)
            if found.objective > best.objective { best = found }
        }
        return best
    }

    /// The local maximum that coordinate ascent reaches from `start`.
    private func climb(from start: NoteThresholds, progress: (Result) -> Void) -> Result {
        var best = evaluate(start)
        progress(best)
        for _ in 0..<4 {
            let before = best.objective
            for change in changes {
                let ratio = best.thresholds.on > 0 ? best.thresholds.off / best.thresholds.on : 0.5
                for candidate in change(best.thresholds, min(1, ratio)) where candidate != best.thresholds {
                    let found = evaluate(candidate)
                    progress(found)
                    if found.objective > best.objective { best = found }
                }
            }
            if best.objective - before < 1e-4 { break }
        }
        return best
    }

    /// One function for each coordinate. It maps the current thresholds, and their ratio of off to on, to candidates.
    private var changes: [(NoteThresholds, Double) -> [NoteThresholds]] {
        let varyOn = { (thresholds: NoteThresholds, ratio: Double) in
            Self.onGrid.map { value in
                var candidate = thresholds
                candidate.on = value
                candidate.off = Self.rounded(value * ratio)
                return candidate
            }
        }
        let varyOff = { (thresholds: NoteThresholds, _: Double) in
            Self.offGrid.map { part in
                var candidate = thresholds
                candidate.off = Self.rounded(part * thresholds.on)
                return candidate
            }
        }
        let varyOnset = { (thresholds: NoteThresholds, _: Double) in
            Self.onsetGrid.map { value in
                var candidate = thresholds
                candidate.onset = value
                return candidate
            }
        }
        let varyAdvance = { (thresholds: NoteThresholds, _: Double) in
            Self.advanceGrid.map { value in
                var candidate = thresholds
                candidate.onsetAdvance = value
                return candidate
            }
        }
        let varyRelease = { (thresholds: NoteThresholds, _: Double) in
            Self.releaseGrid.map { value in
                var candidate = thresholds
                candidate.releaseAdvance = value
                return candidate
            }
        }
        return hasOnsets ? [varyOnset, varyOn, varyOff, varyAdvance, varyRelease] : [varyOn, varyOff, varyRelease]
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
