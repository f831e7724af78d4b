import Alignment
import Scores

/// The tempo map of an aligned MIDI file: maps beats and seconds of an alignment to ticks.
///
/// Stretches follow each other in the order of the recording, and measures of rest fill the time before and between
/// them. Each tempo compensates for the rounding of the previous ones, so that errors do not accumulate. The file stays
/// within 0.3 ms of the alignment, provided that no quarter note is longer than MIDI's maximum (16.7 s).
struct AlignedTimeline: Equatable {
    /// From `tick` on, a quarter note lasts `microseconds`.
    struct Segment: Equatable {
        var tick: Int
        var seconds: Double
        var microseconds: Int
    }

    /// The start of a stretch.
    struct Placement: Equatable {
        var beat: Double
        var tick: Int
    }

    /// Measures of rest.
    struct Rest: Equatable {
        var tick: Int
        /// Quarter notes.
        var beats: Int
    }

    /// Ticks per quarter note. All note values down to 1/128, triplets, quintuplets and septuplets are whole numbers of
    /// ticks.
    static let resolution = 10_080
    /// Maximum error in seconds of the simplified tempo map.
    private static let tolerance = 0.0002
    private static let microseconds = 1...0xFF_FFFF

    private(set) var segments: [Segment] = [Segment(tick: 0, seconds: 0, microseconds: 500_000)]
    /// One per stretch.
    private(set) var placements: [Placement] = []
    private(set) var rests: [Rest] = []
    private var tick = 0
    private var seconds = 0.0

    init(_ stretches: [ScoreAlignment.Stretch]) {
        for stretch in stretches {
            let anchors = Self.thinned(stretch.anchors.filter { $0.beat.isFinite && $0.time.isFinite })
            guard let first = anchors.first else {
                placements.append(Placement(beat: 0, tick: tick))
                continue
            }
            rest(until: first.time, pace: Self.pace(anchors))
            let placement = Placement(beat: first.beat, tick: tick)
            placements.append(placement)
            for anchor in anchors.dropFirst() {
                advance(to: placement.tick + Self.ticks(anchor.beat - first.beat), at: anchor.time)
            }
        }
    }

    /// The tick of a beat within a stretch; at least 0.
    func tick(ofBeat beat: Double, stretch: Int) -> Int {
        guard placements.indices.contains(stretch) else { return 0 }
        return max(0, placements[stretch].tick + Self.ticks(beat - placements[stretch].beat))
    }

    /// Seconds from the start of the recording. O(log n).
    func seconds(atTick tick: Int) -> Double {
        let segment = segments[last { $0.tick <= tick }]
        return segment.seconds + Double(tick - segment.tick) * Self.secondsPerTick(segment.microseconds)
    }

    /// The tick nearest to a time; at least 0. O(log n).
    func tick(atSeconds seconds: Double) -> Int {
        let segment = segments[last { $0.seconds <= seconds }]
        let ticks = (seconds - segment.seconds) / Self.secondsPerTick(segment.microseconds)
        return max(0, segment.tick + Int(min(max(ticks, -1e12), 1e12).rounded()))
    }

    // MARK: Building

    /// Fills the time before a stretch with as many beats as fit at the tempo of the stretch.
    private mutating func rest(until time: Double, pace: Double) {
        let gap = time - seconds
        guard gap > 0.001 else { return }
        var beats = max(1, Int(min(gap / pace, 1e6).rounded()))
        if beats > 8 { beats = (beats + 2) / 4 * 4 }
        beats = max(beats, Int((gap / 16).rounded(.up)))
        rests.append(Rest(tick: tick, beats: beats))
        advance(to: tick + beats * Self.resolution, at: time)
    }

    private mutating func advance(to next: Int, at time: Double) {
        guard next > tick else { return }
        let quarters = Double(next - tick) / Double(Self.resolution)
        let exact = min(max((time - seconds) / quarters * 1e6, 1), 1e9).rounded()
        let microseconds = min(max(Int(exact), Self.microseconds.lowerBound), Self.microseconds.upperBound)
        let segment = Segment(tick: tick, seconds: seconds, microseconds: microseconds)
        if segments[segments.count - 1].tick == tick {
            segments[segments.count - 1] = segment
        } else if segments[segments.count - 1].microseconds != microseconds {
            segments.append(segment)
        }
        seconds = self.seconds(atTick: next)
        tick = next
    }

    /// Initial seconds per beat, measured over about two beats; clamped to `TempoMap.limits`.
    private static func pace(_ anchors: [ScoreAlignment.Anchor]) -> Double {
        guard let first = anchors.first, let last = anchors.last else { return TempoMap.standard }
        let later = anchors.first { $0.beat >= first.beat + 2 } ?? last
        let pace = (later.time - first.time) / (later.beat - first.beat)
        guard pace.isFinite else { return TempoMap.standard }
        return min(max(pace, TempoMap.limits.lowerBound), TempoMap.limits.upperBound)
    }

    /// Simplifies the anchors: removed anchors lie within the tolerance of the straight lines between the remaining
    /// ones (Ramer, 1972; Douglas and Peucker, 1973).
    private static func thinned(_ anchors: [ScoreAlignment.Anchor]) -> [ScoreAlignment.Anchor] {
        guard anchors.count > 2 else { return anchors }
        var isKept = [Bool](repeating: false, count: anchors.count)
        (isKept[0], isKept[anchors.count - 1]) = (true, true)
        var waiting = [(0, anchors.count - 1)]
        while let (low, high) = waiting.popLast() {
            let slope = (anchors[high].time - anchors[low].time) / max(anchors[high].beat - anchors[low].beat, 1e-12)
            var (worst, farthest) = (tolerance, -1)
            for index in low + 1..<max(high, low + 1) {
                let line = anchors[low].time + (anchors[index].beat - anchors[low].beat) * slope
                let distance = abs(anchors[index].time - line)
                if distance > worst { (worst, farthest) = (distance, index) }
            }
            guard farthest >= 0 else { continue }
            isKept[farthest] = true
            waiting += [(low, farthest), (farthest, high)]
        }
        return zip(anchors, isKept).filter(\.1).map(\.0)
    }

    private static func ticks(_ beats: Double) -> Int {
        Int((min(max(beats, -1e9), 1e9) * Double(resolution)).rounded())
    }

    private static func secondsPerTick(_ microseconds: Int) -> Double {
        Double(microseconds) * 1e-6 / Double(resolution)
    }

    private func last(where isBefore: (Segment) -> Bool) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBefore(segments[middle]) { low = middle } else { high = middle }
        }
        return low
    }
}
