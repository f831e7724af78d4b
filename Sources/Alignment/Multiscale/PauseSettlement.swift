/// Decides of the notes at the edges of a pause on which side of it they are played.
///
/// Where the players pause, silence fits the end of one note as well as the beginning of the next, and the comparison of frames may put a
/// note at the wrong end of it. A note begins where the sound rises.
enum PauseSettlement {
    /// Events moved across a pause at most.
    private static let most = 4
    /// Seconds around a time in which a rise counts for it.
    private static let tolerance = 0.25
    /// A side is better if its rise is this many times as large.
    private static let factor: Float = 2

    /// - Parameter recording: combined features.
    static func settle(_ timeline: inout PlayedTimeline, recording: FeatureSequence) {
        for pause in timeline.pauses { settle(pause, &timeline, recording) }
    }

    private static func settle(
        _ pause: PlayedTimeline.Pause, _ timeline: inout PlayedTimeline, _ recording: FeatureSequence
    ) {
        var times = timeline.events.map(\.time)
        guard let span = timeline.spans.first(where: { $0.events.contains(pause.before) }) else { return }
        // From before the pause to after it.
        var moved = 0
        var index = pause.before
        while moved < most, index > span.events.lowerBound {
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
        // From after it to before it.
        index = pause.before + 1
        while moved == 0 || index > pause.before + 1, index < span.events.upperBound - 1, index <= pause.before + most {
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

    /// The greatest rise of all bands together in a frame near a time.
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
