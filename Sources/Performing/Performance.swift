import Music

/// A score, played: notes with their times, and for each moment of the score when it was played.
public struct Performance: Sendable, Equatable {
    /// A moment of the score at which notes begin.
    public struct Onset: Sendable, Equatable {
        /// Quarter notes along the score's order of play.
        public var beat: Double
        /// Seconds at the written tempo.
        public var scoreSeconds: Double
        /// Seconds of the performance at which the first of its notes can be heard.
        public var seconds: Double

        public init(beat: Double, scoreSeconds: Double, seconds: Double) {
            self.beat = beat
            self.scoreSeconds = scoreSeconds
            self.seconds = seconds
        }
    }

    /// In order of time.
    public var notes: [Note]
    /// In order of time: where players go back, so do the beats.
    public var onsets: [Onset]

    public init(notes: [Note], onsets: [Onset]) {
        self.notes = notes
        self.onsets = onsets
    }

    /// The truth as a CSV table: `score_beat,score_time,perf_time`.
    public var reference: String {
        var text = "score_beat,score_time,perf_time\n"
        for onset in onsets {
            text += [onset.beat, onset.scoreSeconds, onset.seconds].map(Self.decimals).joined(separator: ",") + "\n"
        }
        return text
    }

    /// Six decimals, the same in every locale.
    private static func decimals(_ value: Double) -> String {
        let micro = Int((min(max(value, -1e9), 1e9) * 1e6).rounded())
        let fraction = String(micro.magnitude % 1_000_000)
        return (micro < 0 ? "-" : "") + "\(micro.magnitude / 1_000_000)."
            + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
