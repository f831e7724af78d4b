import Scores

extension PlayedTimeline {
    /// The timeline that an alignment describes.
    init(_ score: Score, of alignment: ScoreAlignment) {
        let spans = alignment.stretches.map { stretch in
            Span(
                beats: stretch.beats.lowerBound..<max(stretch.beats.upperBound, stretch.beats.lowerBound + 1e-3),
                times: stretch.times.lowerBound..<max(stretch.times.upperBound, stretch.times.lowerBound + 1e-3),
                events: 0..<0)
        }
        self.init(score, spans: spans) { span, beat in alignment.stretches[span].time(atBeat: beat) }
    }
}

extension ScoreAlignment {
    /// The alignment that a timeline describes, with confidence 1 and no suspicions. Times are clamped to the
    /// recording.
    init(_ timeline: PlayedTimeline, of score: Score, duration: Double) {
        let stretches = timeline.spans.enumerated().map { index, span in
            var anchors = timeline.events[span.events].map { Anchor(beat: $0.beat, time: $0.time) }
            let end = Anchor(
                beat: span.beats.upperBound, time: timeline.time(ofBeat: span.beats.upperBound, span: index))
            if let last = anchors.last, end.beat > last.beat { anchors.append(end) }
            return Stretch(anchors: anchors)
        }
        let notes = timeline.notes.map { played in
            let (start, end) = timeline.times(of: played)
            return PlayedNote(
                note: played.note, stretch: played.span, start: min(max(0, start), duration),
                end: min(max(0, end), duration))
        }
        self.init(
            stretches: stretches,
            // A grace note of a chord may start before the previous event.
            notes: notes.sorted { ($0.start, score.notes[$0.note].pitch) < ($1.start, score.notes[$1.note].pitch) },
            measures: Self.measures(of: score, along: stretches, duration: duration), duration: duration)
    }
}
