import Music

/// A synthetic performance: notes with their times, and the time at which each onset of the score was played.
public struct Performance: Sendable, Equatable {
    /// A position of the score at which notes begin.
    public struct Onset: Sendable, Equatable {
        /// Position in order of play, in quarter notes.
        public var beat: Double
        /// Time at the written tempo, in seconds.
        public var scoreSeconds: Double
        /// Time in the performance at which the first of its notes becomes audible, in seconds.
        public var seconds: Double

        public init(beat: Double, scoreSeconds: Double, seconds: Double) {
            self.beat = beat
            self.scoreSeconds = scoreSeconds
            self.seconds = seconds
        }
    }

    /// Sorted by time.
    public var notes: [Note]
    /// Sorted by time. Beats decrease where the performer jumps back.
    public var onsets: [Onset]

    public init(notes: [Note], onsets: [Onset]) {
        self.notes = notes
        self.onsets = onsets
    }

    /// The ground truth as a CSV table: `score_beat,score_time,perf_time`.
    public var reference: String {
        var text = "score_beat,score_time,perf_time\n"
        for onset in onsets {
            text += [onset.beat, onset.scoreSeconds, onset.seconds].map(Self.decimals).joined(separator: ",") + "\n"
        }
        return text
    }

    /// Formats a number with six decimals, independent of the locale.
    private static func decimals(_ value: Double) -> String {
        let micro = Int((min(max(value, -1e9), 1e9) * 1e6).rounded())
        let fraction = String(micro.magnitude % 1_000_000)
        return (micro < 0 ? "-" : "") + "\(micro.magnitude / 1_000_000)."
            + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
