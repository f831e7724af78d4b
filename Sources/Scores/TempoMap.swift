/// The notated tempo: maps beats to seconds from beat 0.
public struct TempoMap: Sendable, Equatable {
    /// A tempo of `secondsPerBeat` per quarter note from `beat` on.
    public struct Change: Sendable, Equatable {
        public var beat: Double
        public var secondsPerBeat: Double

        public init(beat: Double, secondsPerBeat: Double) {
            self.beat = beat
            self.secondsPerBeat = secondsPerBeat
        }
    }

    /// Limits of the duration of a quarter note in seconds; values beyond are clamped.
    public static let limits = 0.02...10.0
    /// The default duration of a quarter note in seconds: 120 per minute.
    public static let standard = 0.5

    private struct Segment: Equatable {
        var beat: Double
        var seconds: Double
        var secondsPerBeat: Double
    }

    // Never empty; beats are strictly increasing from 0.
    private var segments: [Segment]

    /// Changes may be in any order; the last of several at one beat applies. Non-finite ones are dropped.
    public init(_ changes: [Change] = []) {
        let order = changes.indices
            .filter { changes[$0].beat.isFinite && changes[$0].secondsPerBeat.isFinite }
            .sorted { (changes[$0].beat, $0) < (changes[$1].beat, $1) }
        segments = [Segment(beat: 0, seconds: 0, secondsPerBeat: Self.standard)]
        for index in order {
            let last = segments[segments.count - 1]
            let beat = max(0, changes[index].beat)
            let pace = min(max(changes[index].secondsPerBeat, Self.limits.lowerBound), Self.limits.upperBound)
            let segment = Segment(
                beat: beat, seconds: last.seconds + (beat - last.beat) * last.secondsPerBeat, secondsPerBeat: pace)
            if beat == last.beat { segments[segments.count - 1] = segment } else { segments.append(segment) }
        }
    }

    /// Seconds from beat 0; before beat 0 the first tempo applies. O(log n) in the number of changes.
    public func seconds(atBeat beat: Double) -> Double {
        let segment = segments[lastIndex { $0.beat <= beat }]
        return segment.seconds + (beat - segment.beat) * segment.secondsPerBeat
    }

    /// The beat at a time in seconds from beat 0. The inverse of ``seconds(atBeat:)``.
    public func beat(atSeconds seconds: Double) -> Double {
        let segment = segments[lastIndex { $0.seconds <= seconds }]
        return segment.beat + (seconds - segment.seconds) / segment.secondsPerBeat
    }

    /// The duration of a quarter note at a beat, in seconds.
    public func secondsPerBeat(atBeat beat: Double) -> Double {
        segments[lastIndex { $0.beat <= beat }].secondsPerBeat
    }

    /// All changes, including the one at beat 0.
    public var changes: [Change] {
        segments.map { Change(beat: $0.beat, secondsPerBeat: $0.secondsPerBeat) }
    }

    private func lastIndex(where isBefore: (Segment) -> Bool) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBefore(segments[middle]) { low = middle } else { high = middle }
        }
        return low
    }
}
