/// Decides on which side of a pause the adjacent notes were played.
///
/// During a pause, silence matches the end of one note as well as the beginning of the next, and the frame-by-frame
/// comparison may place a note on the wrong side. The rise in level marks the true onset.
enum PauseCorrection {
    /// The maximum number of events moved across a pause.
    private static let maximumMoves = 4
    /// Half the width in seconds of the interval searched for a rise.
    private static let tolerance = 0.25
    /// The other side wins if its rise is this many times as large.
    private static let factor: Float = 2

    /// - Parameter recording: combined features.
    static func correct(_ timeline: inout PlayedTimeline, recording: FeatureSequence) {
        for pause in timeline.pauses { correct(pause, &timeline, recording) }
    }

    private static func correct(
        _ pause: PlayedTimeline.Pause, _ timeline: inout PlayedTimeline, _ recording: FeatureSequence
    ) {
        var times = timeline.events.map(\.time)
        guard let span = timeline.spans.first(where: { $0.events.contains(pause.before) }) else { return }
        // Move events from before the pause to after it.
        var moved = 0
        var index = pause.before
        while moved < maximumMoves, index > span.events.lowerBound {
            let later =
                times[index + 1]
                - pause.rate * (timeline.events[index + 1].written - timeline.events[index].written)
            guard later > times[index] + 2 * tolerance,
                rise(at: later, recording) > factor * rise(at: times[index], recording)
            else { break }
            times[index] = later
            index -= 1
            moved += 1
        }
        // Move events from after the pause to before it.
        index = pause.before + 1
        while moved == 0 || index > pause.before + 1, index < span.events.upperBound - 1,
            index <= pause.before + maximumMoves
        {
            let earlier =
                times[index - 1]
                + pause.rate * (timeline.events[index].written - timeline.events[index - 1].written)
            guard earlier < times[index] - 2 * tolerance,
                rise(at: earlier, recording) > factor * rise(at: times[index], recording)
            else { break }
            times[index] = earlier
            index += 1
        }
        timeline.setTimes(times)
    }

    /// The greatest rise, summed over all bands, of the frames near a time.
    private static func rise(at time: Double, _ recording: FeatureSequence) -> Float {
        let bands = recording.dimensions / 2
        let first = max(0, Int((time - tolerance) * recording.rate))
        let last = min(recording.count - 1, Int((time + tolerance) * recording.rate))
        var greatest: Float = 0
        for frame in first...max(first, last) where frame < recording.count {
            let start = frame * recording.dimensions + bands
            greatest = max(greatest, recording.values[start..<start + bands].reduce(0, +))
        }
        return greatest
    }
}
