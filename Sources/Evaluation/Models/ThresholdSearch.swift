import Basics
import Foundation
import Music
import Networks
import Transcription

/// Finds the thresholds that serve a dataset best.
///
/// The objective is the mean of two figures, each averaged over the recordings: the note onset F1 (50 ms) and the F1 of
/// the frames that the notes cover. Thresholds are varied one after the other over a grid until none of them can be
/// improved alone, from several starts, as what is best for one depends on the others: the network runs once, the tracker several hundred
/// times.
///
/// Thresholds belong to the model: fit them on recordings that are not used to judge it.
public struct ThresholdSearch: Sendable {
    /// What some thresholds achieve.
    public struct Result: Sendable, Equatable {
        public var thresholds: NoteThresholds
        /// Mean over recordings.
        public var onsetF1: Double
        public var frameF1: Double
        public var objective: Double { (onsetF1 + frameF1) / 2 }
    }

    private struct Item: Sendable {
        var trace: PosteriorTrace
        var reference: [Note]
        var roll: PianoRoll
        var grid: FrameGrid
        /// Seconds; what lies outside doesn't count.
        var passages: [Range<Double>]

        func counts(_ note: Note) -> Bool { passages.contains { $0.contains(note.start) } }

        /// A roll of what counts.
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
    /// On thresholds to begin with beside the given one: with an onset head it may be best to start no note by the sounding posterior alone.
    private static let otherStarts = [0.5, 0.9]
    /// Of the on threshold.
    static let offGrid: [Double] = [0.2, 0.35, 0.5, 0.65, 0.8, 1]
    /// Seconds that beginnings, and ends, are stamped early by.
    static let advanceGrid: [Double] = [-0.01, -0.005, 0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03]
    static let releaseGrid: [Double] = [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    static let onsetGrid: [Double] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9]

    /// - Parameters:
    ///   - evaluations: what the model made of each recording.
    ///   - passages: for each of them, the times that count, in seconds; nil for all of it.
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

    /// Judges some thresholds. Recordings are judged on all cores.
    public func judge(_ thresholds: NoteThresholds) -> Result {
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

    /// The best thresholds found, beginning with `start` and with on thresholds far from it; minimum duration and gate stay as they are.
    ///
    /// - Parameter progress: told of every set of thresholds that was tried.
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

    /// The nearest thresholds that none of the changes improves.
    private func climb(from start: NoteThresholds, progress: (Result) -> Void) -> Result {
        var best = judge(start)
        progress(best)
        for _ in 0..<4 {
            let before = best.objective
            for change in changes {
                let ratio = best.thresholds.on > 0 ? best.thresholds.off / best.thresholds.on : 0.5
                for candidate in change(best.thresholds, min(1, ratio)) where candidate != best.thresholds {
                    let found = judge(candidate)
                    progress(found)
                    if found.objective > best.objective { best = found }
                }
            }
            if best.objective - before < 1e-4 { break }
        }
        return best
    }

    /// The candidates of each step: thresholds and their ratio of off to on in, thresholds to try out.
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
