import Foundation
import Scores

/// Finds regions in which score and recording seem to disagree.
struct SuspicionFinder {
    /// Measures with a lower confidence are regarded as mismatched.
    private static let minimumConfidence = 0.5
    /// Minimum duration in seconds of a reported run of mismatched measures.
    private static let minimumMismatch = 2.0
    /// A measure is reported if it is this many times faster or slower than the measures around it (this many on each
    /// side).
    private static let fastest = 2.2
    private static let slowest = 2.5
    private static let surroundings = 6
    /// Minimum duration in seconds of reported audio outside the music.
    private static let minimumForeign = 1.5

    let score: Score
    let alignment: ScoreAlignment
    let activity: AudioActivity

    /// In order of time.
    func find() -> [ScoreAlignment.Suspicion] {
        let all = ends() + jumps() + paces() + mismatches() + foreign()
        return all.sorted { ($0.times.lowerBound, $0.beats.lowerBound) < ($1.times.lowerBound, $1.beats.lowerBound) }
    }

    // MARK: Order

    /// Parts of the score before the first and after the last note played.
    private func ends() -> [ScoreAlignment.Suspicion] {
        var found: [ScoreAlignment.Suspicion] = []
        let pitched = score.notes.filter { !score.parts[$0.part].isPercussion }
        if let first = alignment.stretches.first, let opening = pitched.first,
            first.beats.lowerBound > opening.onset + 0.01
        {
            found.append(
                .init(
                    kind: .skipped, beats: 0...first.beats.lowerBound, times: 0...first.times.lowerBound,
                    explanation: "the recording begins at measure \(name(first.beats.lowerBound)) of the score"))
        }
        if let last = alignment.stretches.last, let closing = pitched.last, last.beats.upperBound < closing.onset - 0.01
        {
            found.append(
                .init(
                    kind: .skipped, beats: last.beats.upperBound...max(last.beats.upperBound, score.length),
                    times: last.times.upperBound...max(last.times.upperBound, alignment.duration),
                    explanation: "the recording ends after measure \(name(last.beats.upperBound - 0.01)) of the score"))
        }
        return found
    }

    /// Passages that were omitted or repeated between stretches.
    private func jumps() -> [ScoreAlignment.Suspicion] {
        zip(alignment.stretches, alignment.stretches.dropFirst()).map { left, right in
            let (from, to) = (left.beats.upperBound, right.beats.lowerBound)
            let times = left.times.upperBound...max(left.times.upperBound, right.times.lowerBound)
            if to >= from {
                let isRepeat = score.passages[score.passage(atBeat: from + 0.01)].pass > 1
                return .init(
                    kind: .skipped, beats: from...to, times: times,
                    explanation: "at \(clock(times.lowerBound)) \(isRepeat ? "the repeat of " : "")"
                        + "\(names(from, to)) \(isRepeat || isOne(from, to) ? "is" : "are") left out")
            }
            return .init(
                kind: .repeated, beats: to...from, times: times,
                explanation: "at \(clock(times.lowerBound)) \(names(to, from)) \(isOne(to, from) ? "is" : "are") "
                    + "played again")
        }
    }

    // MARK: Tempo

    /// Measures that are much faster or slower than those around them.
    private func paces() -> [ScoreAlignment.Suspicion] {
        let paces = alignment.measures.map { measure in
            let passage = score.passages[measure.passage]
            let written = score.tempo.seconds(atBeat: passage.end) - score.tempo.seconds(atBeat: passage.start)
            return (measure.end - measure.start) / max(written, 1e-3)
        }
        return alignment.measures.indices.compactMap { index in
            let measure = alignment.measures[index]
            let around = (max(0, index - Self.surroundings)...min(paces.count - 1, index + Self.surroundings)).filter {
                $0 != index && alignment.measures[$0].stretch == measure.stretch
            }
            // First and last measures are often incomplete or held.
            guard around.count >= 3, index != around.last.map({ $0 + 1 }), around.contains(where: { $0 < index }) else {
                return nil
            }
            let usual = around.map { paces[$0] }.sorted()[around.count / 2]
            guard usual > 0, measure.end > measure.start else { return nil }
            let ratio = paces[index] / usual
            guard ratio < 1 / Self.fastest || ratio > Self.slowest else { return nil }
            let passage = score.passages[measure.passage]
            let factor = String(format: "%.1f", ratio < 1 ? 1 / ratio : ratio)
            return .init(
                kind: ratio < 1 ? .compressed : .stretched, beats: passage.start...passage.end,
                times: measure.start...measure.end,
                explanation: ratio < 1
                    ? "measure \(name(passage.start)) is \(factor) times as fast as its neighbours: "
                        + "the recording may omit music there"
                    : "measure \(name(passage.start)) takes \(factor) times as long as its neighbours: "
                        + "it may contain a pause or music that the score lacks"
            )
        }
    }

    // MARK: Content

    /// Runs of measures with low confidence.
    private func mismatches() -> [ScoreAlignment.Suspicion] {
        var runs: [Range<Int>] = []
        for (index, measure) in alignment.measures.enumerated() where measure.confidence < Self.minimumConfidence {
            if let last = runs.last, last.upperBound == index, alignment.measures[index - 1].stretch == measure.stretch
            {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs.compactMap { run in
            let (first, last) = (alignment.measures[run.lowerBound], alignment.measures[run.upperBound - 1])
            guard last.end - first.start >= Self.minimumMismatch else { return nil }
            let beats = score.passages[first.passage].start...score.passages[last.passage].end
            return .init(
                kind: .mismatch, beats: beats, times: first.start...max(first.start, last.end),
                explanation: "from \(clock(first.start)) to \(clock(last.end)), "
                    + "\(names(beats.lowerBound, beats.upperBound)) "
                    + "\(run.count == 1 ? "does" : "do") not match the audio"
            )
        }
    }

    /// Audio before the first note and after the last one.
    private func foreign() -> [ScoreAlignment.Suspicion] {
        guard let first = alignment.stretches.first, let last = alignment.stretches.last else { return [] }
        var found: [ScoreAlignment.Suspicion] = []
        let before = 0..<max(0, first.times.lowerBound - 0.2)
        // Allows for the decay of the last chord.
        let after = min(last.times.upperBound + 4, alignment.duration)..<alignment.duration
        for (times, beat, place) in [
            (before, first.beats.lowerBound, "before"), (after, last.beats.upperBound, "after"),
        ] {
            let seconds = activity.seconds(in: times)
            guard seconds >= Self.minimumForeign else { continue }
            found.append(
                .init(
                    kind: .foreign, beats: beat...beat, times: times.lowerBound...times.upperBound,
                    explanation: "\(String(format: "%.0f", seconds)) s of audio \(place) the music are not in the score"
                ))
        }
        return found
    }

    // MARK: Names

    private func name(_ beat: Double) -> String { score.position(atBeat: beat + 1e-6).number }

    private func names(_ from: Double, _ to: Double) -> String {
        let (first, last) = (name(from), name(to - 0.01))
        return first == last ? "measure \(first)" : "measures \(first) to \(last)"
    }

    /// Whether the range is a single measure; selects singular or plural.
    private func isOne(_ from: Double, _ to: Double) -> Bool { name(from) == name(to - 0.01) }

    private func clock(_ seconds: Double) -> String {
        let tenths = Int((10 * seconds).rounded())
        return "\(tenths / 600):" + (tenths % 600 < 100 ? "0" : "") + "\(Double(tenths % 600) / 10)"
    }
}
