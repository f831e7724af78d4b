import Basics
import Foundation
import Music
import Scores

/// The first look at a recording: which passages of the score it plays, in which order, and roughly when.
struct RouteFinder {
    /// What was found.
    struct Route {
        var timeline: PlayedTimeline
        /// Of the frames that are music of the score: near 0.3 for the same music, above 0.65 for other music.
        var cost: Double
        /// Seconds played to a second written.
        var pace: Double
    }

    /// Cells of the search at most; a byte each.
    private static let mostCells = 160_000_000
    /// Frames of `BandLevels` in a frame of the search, at least.
    private static let leastPooling = 8
    /// Passages shorter than this many seconds are taken for an accident.
    private static let shortest = 2.0

    let score: Score
    let player: TimelinePlayer

    /// - Parameter levels: of the recording.
    /// - Returns: nil if nothing of the score is found.
    func find(in levels: BandLevels, progress: (Double) throws -> Void) throws -> Route? {
        let written = score.performed().map(\.end).max() ?? 0
        guard written > 0 else { return nil }
        let sounding = SoundingParts(levels, share: SoundingParts.anything).extent
        var pace = min(max(sounding / written, 0.1), 10)
        var best: Route?
        for attempt in 0..<2 {
            let found = try search(levels, pace: pace) { try progress((Double(attempt) + $0) / 2) }
            guard let found else { break }
            if best.map({ found.cost < $0.cost }) ?? true { best = found }
            // What the players left out or repeated spoils the guess of the tempo.
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
        let pooling = max(Self.leastPooling, Int((cells / Double(Self.mostCells)).squareRoot().rounded(.up)))
        let features = FanOut().map([scoreLevels, levels]) { CoarseFeatures($0, pooling: pooling) }
        guard features[0].count > 2, features[1].count > 2 else { return nil }
        let rate = features[0].rate
        let bars = Bars(score, rate: rate * pace, frameCount: features[0].count)
        let search = ScoreSearch(
            score: features[0], recording: features[1], boundaries: bars.frames, onsets: bars.onsets,
            suggested: bars.suggestedJumps(score))
        let (places, cost) = try search.run(progress: progress)
        return route(places, cost: cost, rate: rate, pace: pace, bars: bars)
    }

    /// Passages and times from the places found.
    private func route(_ places: [Int], cost: Double, rate: Double, pace: Double, bars: Bars) -> Route? {
        var runs: [Range<Int>] = []
        for (frame, place) in places.enumerated() where place >= 0 {
            let goesOn = frame > 0 && places[frame - 1] >= 0 && (0...3).contains(place - places[frame - 1])
            if goesOn, let last = runs.last {
                runs[runs.count - 1] = last.lowerBound..<frame + 1
            } else {
                runs.append(frame..<frame + 1)
            }
        }
        let long = runs.filter { Double($0.count) / rate >= Self.shortest }
        if !long.isEmpty { runs = long }
        guard !runs.isEmpty else { return nil }
        let spans = runs.map { run in
            let start = bars.beat(ofFrame: places[run.lowerBound])
            let end = bars.beat(ofFrame: places[run.upperBound - 1] + 1)
            return PlayedTimeline.Span(
                beats: start..<max(end, start + 1e-3),
                times: Double(run.lowerBound) / rate..<Double(run.upperBound) / rate, events: 0..<0)
        }
        let timeline = PlayedTimeline(score, spans: spans) { span, beat in
            let position = score.tempo.seconds(atBeat: beat) * pace * rate
            return Self.time(of: position, run: runs[span], places: places, rate: rate)
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

    /// When a position (in frames of the score) is played within a run.
    private static func time(of position: Double, run: Range<Int>, places: [Int], rate: Double) -> Double {
        // The first frame that stands at or beyond it; frames speak of their middles.
        let frames = places[run]
        let wanted = position - 0.5
        let index = frames.partitionPoint { Double($0) < wanted }
        if index == run.lowerBound {
            return (Double(index) + 0.5 - (Double(frames[index]) - wanted)) / rate
        }
        if index == run.upperBound {
            return (Double(index) - 0.5 + (wanted - Double(frames[index - 1]))) / rate
        }
        let (low, high) = (Double(frames[index - 1]), Double(frames[index]))
        return (Double(index) - 0.5 + (high > low ? (wanted - low) / (high - low) : 1)) / rate
    }
}
