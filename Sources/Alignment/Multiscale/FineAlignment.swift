import Synthesis

/// Refines a timeline from an accuracy of about a second to a few milliseconds.
///
/// The score is synthesised with the estimated timing, so that it has the tempo and the note lengths of the recording;
/// a held note has then decayed equally far in both, which is not so at the written tempo. Exact dynamic time warping
/// within a corridor yields better times. These steps run twice; then individual onsets are refined.
struct FineAlignment {
    /// Half the width of the corridor in each pass, in seconds.
    private static let reaches = [3.0, 1.0]
    /// A pause widens the corridor by this many seconds at most.
    private static let maximumPause = 15.0
    /// The cost of a step that deviates from the tempo.
    private static let offTempo = StepRule.Step(weight: 1.1)
    /// Seconds of audio included before the first and after the last event.
    private static let margin = 2.0

    let player: TimelinePlayer

    func align(
        _ timeline: PlayedTimeline, with levels: BandLevels, progress: (Double) throws -> Void
    ) throws -> PlayedTimeline {
        var timeline = timeline
        let logarithms = levels.logarithms()
        let recording = CombinedFeatures.sequence(logarithms)
        for (pass, reach) in Self.reaches.enumerated() {
            PauseCorrection.correct(&timeline, recording: recording)
            timeline.smooth()
            let played = timeline.events.map(\.time)
            let part = Self.part(played, frameCount: levels.frameCount)
            var own = try player.levels(of: timeline.performed(), frameCount: levels.frameCount).logarithms()
            CombinedFeatures.equalise(&own, to: logarithms, frames: part)
            let score = CombinedFeatures.sequence(own)
            let path = try warp(score, recording, part: part, reach: reach, pauses: timeline.pauses) {
                try progress((Double(pass) + $0) / Double(Self.reaches.count))
            }
            timeline.setTimes(played.map { Self.time($0, along: path) })
            guard pass == Self.reaches.count - 1 else { continue }
            let refined = OnsetRefinement.refine(
                played: played, times: timeline.events.map(\.time), score: score, recording: recording)
            let delays = try Self.attackDelays(timeline, player)
            timeline.setTimes(zip(refined, delays).map { $0 + $1 })
        }
        return timeline
    }

    /// For each event, the delay from note start to audible onset in the synthesised score, averaged over the event's
    /// notes.
    private static func attackDelays(_ timeline: PlayedTimeline, _ player: TimelinePlayer) throws -> [Double] {
        let notes = timeline.performed()
        let lag = try InstrumentAttackLag(of: notes, on: player.synthesizer)
        var sums = [Double](repeating: 0, count: timeline.events.count)
        var counts = sums
        for (note, played) in zip(notes, timeline.notes) {
            sums[played.event] += lag.seconds(program: note.program ?? 0)
            counts[played.event] += 1
        }
        return zip(sums, counts).map { $0 / max(1, $1) }
    }

    private static func part(_ times: [Double], frameCount: Int) -> Range<Int> {
        let first = Int(((times.first ?? 0) - margin) * BandLevels.rate)
        let last = Int(((times.last ?? 0) + margin) * BandLevels.rate)
        return max(0, min(first, frameCount - 2))..<max(2, min(last, frameCount))
    }

    /// The recording frame for each score frame; the identity outside `part`.
    private func warp(
        _ score: FeatureSequence, _ recording: FeatureSequence, part: Range<Int>, reach: Double,
        pauses: [PlayedTimeline.Pause],
        progress: (Double) throws -> Void
    ) throws -> [Int] {
        func cut(_ sequence: FeatureSequence) -> FeatureSequence {
            FeatureSequence(
                dimensions: sequence.dimensions, rate: sequence.rate,
                values: Array(
                    sequence.values[part.lowerBound * sequence.dimensions..<part.upperBound * sequence.dimensions]))
        }
        // The notes next to a pause may belong on either side of it.
        var reaches = [Double](repeating: reach, count: part.count)
        for pause in pauses {
            let first = max(0, Int((pause.start - 1) * BandLevels.rate) - part.lowerBound)
            let last = min(part.count, Int((pause.end + 1) * BandLevels.rate) - part.lowerBound)
            let wider = reach + min(pause.end - pause.start, Self.maximumPause)
            for row in first..<max(first, last) { reaches[row] = max(reaches[row], wider) }
        }
        let corridor = Corridor(
            ranges: reaches.enumerated().map { row, reach in
                let half = Int(reach * BandLevels.rate)
                return max(0, row - half)..<min(part.count, row + half + 1)
            }, columnCount: part.count)
        let costs = try FeatureCosts(rows: cut(score), columns: cut(recording))
        let steps = StepRule(column: Self.offTempo, row: Self.offTempo)
        let path = try CorridorWarping(steps: steps).path(costs, within: corridor, progress: progress)
        var frames = Array(0..<score.count)
        for (row, column) in path.firstColumns.enumerated() { frames[part.lowerBound + row] = part.lowerBound + column }
        return frames
    }

    /// Maps a time in the synthesised score to a time in the recording.
    private static func time(_ played: Double, along path: [Int]) -> Double {
        let position = min(max(0, played * BandLevels.rate), Double(path.count - 1))
        let index = min(Int(position), max(0, path.count - 2))
        guard index + 1 < path.count else { return played }
        let share = position - Double(index)
        return (Double(path[index]) * (1 - share) + Double(path[index + 1]) * share) / BandLevels.rate
    }
}
