import Basics
import Foundation
import Music
import Scores

/// The coarse stage: finds which passages of the score a recording plays, in which order, and roughly when.
struct RouteFinder {
    /// The result of the search.
    struct Route {
        var timeline: PlayedTimeline
        /// Mean cost of the frames matched to the score: near 0.3 for the same music, above 0.65 for other music.
        var cost: Double
        /// The ratio of played to written time.
        var pace: Double
    }

    /// Maximum number of cells in the search; one byte each.
    private static let maximumCells = 160_000_000
    /// Minimum number of `BandLevels` frames pooled into a search frame.
    private static let minimumPooling = 8
    /// Passages shorter than this many seconds are discarded as accidental matches.
    private static let minimumLength = 2.0

    let score: Score
    let player: TimelinePlayer

    /// - Parameter levels: of the recording.
    /// - Returns: nil if no part of the score is found.
    func find(in levels: BandLevels, progress: (Double) throws -> Void) throws -> Route? {
        let written = score.performed().map(\.end).max() ?? 0
        guard written > 0 else { return nil }
        let active = AudioActivity(levels, share: AudioActivity.faint).extent
        var pace = min(max(active / written, 0.1), 10)
        var best: Route?
        for attempt in 0..<2 {
            let found = try search(levels, pace: pace) { try progress((Double(attempt) + $0) / 2) }
            guard let found else { break }
            if best.map({ found.cost < $0.cost }) ?? true { best = found }
            // Omissions and repeats distort the initial tempo estimate.
            guard abs(log(found.pace / pace)) > 0.2 else { break }
            pace = min(max(found.pace, 0.1), 10)
        }
        return best
    }

    private func search(_ levels: BandLevels, pace: Double, progress: (Double) throws -> Void) throws -> Route? {
        var notes = score.performed()
        for index in notes.indices {
            notes[index].start *= pace
            notes[index].end *= pace
        }
        let length = notes.map(\.end).max() ?? 0
        let scoreLevels = try player.levels(of: notes, frameCount: Int((length + 0.5) * BandLevels.rate) + 1)
        let cells = Double(scoreLevels.frameCount) * Double(levels.frameCount)
        let pooling = max(Self.minimumPooling, Int((cells / Double(Self.maximumCells)).squareRoot().rounded(.up)))
        let features = FanOut().map([scoreLevels, levels]) { CoarseFeatures($0, pooling: pooling) }
        guard features[0].count > 2, features[1].count > 2 else { return nil }
        let rate = features[0].rate
        let boundaries = ScoreBoundaries(score, rate: rate * pace, frameCount: features[0].count)
        let search = ScoreSearch(
            score: features[0], recording: features[1], boundaries: boundaries.frames, onsets: boundaries.onsets,
            suggested: boundaries.suggestedJumps(score))
        let (positions, cost) = try search.run(progress: progress)
        return route(positions, cost: cost, rate: rate, pace: pace, boundaries: boundaries)
    }

    /// Converts score positions into passages and times.
    private func route(_ positions: [Int], cost: Double, rate: Double, pace: Double, boundaries: ScoreBoundaries)
        -> Route?
    {
        var runs: [Range<Int>] = []
        for (frame, position) in positions.enumerated() where position >= 0 {
            let continues = frame > 0 && positions[frame - 1] >= 0 && (0...3).contains(position - positions[frame - 1])
            if continues, let last = runs.last {
                runs[runs.count - 1] = last.lowerBound..<frame + 1
            } else {
                runs.append(frame..<frame + 1)
            }
        }
        let long = runs.filter { Double($0.count) / rate >= Self.minimumLength }
        if !long.isEmpty { runs = long }
        guard !runs.isEmpty else { return nil }
        let spans = runs.map { run in
            let start = boundaries.beat(ofFrame: positions[run.lowerBound])
            let end = boundaries.beat(ofFrame: positions[run.upperBound - 1] + 1)
            return PlayedTimeline.Span(
                beats: start..<max(end, start + 1e-3),
                times: Double(run.lowerBound) / rate..<Double(run.upperBound) / rate, events: 0..<0)
        }
        let timeline = PlayedTimeline(score, spans: spans) { span, beat in
            let position = score.tempo.seconds(atBeat: beat) * pace * rate
            return Self.time(of: position, run: runs[span], positions: positions, rate: rate)
        }
        guard let first = timeline.events.first, let last = timeline.events.last else { return nil }
        let played = timeline.spans.reduce(0.0) { sum, span in
            let events = timeline.events[span.events]
            guard let first = events.first, let last = events.last else { return sum }
            return sum + last.written - first.written
        }
        let found = played > 0 ? (last.time - first.time) / played : pace
        return Route(timeline: timeline, cost: cost, pace: found)
    }

    /// The time at which a position (in frames of the score) is played within a run.
    private static func time(of position: Double, run: Range<Int>, positions: [Int], rate: Double) -> Double {
        // The first frame at or beyond the position. A frame represents its midpoint.
        let frames = positions[run]
        let target = position - 0.5
        let index = frames.partitionPoint { Double($0) < target }
        if index == run.lowerBound {
            return (Double(index) + 0.5 - (Double(frames[index]) - target)) / rate
        }
        if index == run.upperBound {
            return (Double(index) - 0.5 + (target - Double(frames[index - 1]))) / rate
        }
        let (low, high) = (Double(frames[index - 1]), Double(frames[index]))
        return (Double(index) - 0.5 + (high > low ? (target - low) / (high - low) : 1)) / rate
    }
}
