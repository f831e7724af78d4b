import Alignment
import Scores

/// Where beats and seconds of an alignment lie on the ticks of a MIDI file: its tempo map.
///
/// The stretches follow each other in the order of the recording, beat by beat; what sounds before and between them is bridged
/// by bars of rest. Each tempo is chosen from the time reached so far, so that rounding doesn't add up: the file stays within
/// 0.3 ms of the alignment wherever no quarter note takes longer than MIDI's 16.7 s.
struct AlignedTimeline: Equatable {
    /// From `tick` on, a quarter note takes `microseconds`.
    struct Segment: Equatable {
        var tick: Int
        var seconds: Double
        var microseconds: Int
    }

    /// Where a stretch begins.
    struct Placement: Equatable {
        var beat: Double
        var tick: Int
    }

    /// Bars of rest.
    struct Rest: Equatable {
        var tick: Int
        /// Quarter notes.
        var beats: Int
    }

    /// Ticks in a quarter note: whole numbers for everything down to 1/128 and for triplets, quintuplets and septuplets.
    static let resolution = 10_080
    /// Seconds by which a tempo map may be simpler than its anchors.
    private static let tolerance = 0.0002
    private static let microseconds = 1...0xFF_FFFF

    private(set) var segments: [Segment] = [Segment(tick: 0, seconds: 0, microseconds: 500_000)]
    /// One for each stretch.
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

    /// The tick of a beat of a stretch, 0 or more.
    func tick(ofBeat beat: Double, stretch: Int) -> Int {
        guard placements.indices.contains(stretch) else { return 0 }
        return max(0, placements[stretch].tick + Self.ticks(beat - placements[stretch].beat))
    }

    /// Seconds from the beginning of the recording. Logarithmic.
    func seconds(atTick tick: Int) -> Double {
        let segment = segments[last { $0.tick <= tick }]
        return segment.seconds + Double(tick - segment.tick) * Self.secondsPerTick(segment.microseconds)
    }

    /// The tick nearest to a time, 0 or more. Logarithmic.
    func tick(atSeconds seconds: Double) -> Int {
        let segment = segments[last { $0.seconds <= seconds }]
        let ticks = (seconds - segment.seconds) / Self.secondsPerTick(segment.microseconds)
        return max(0, segment.tick + Int(min(max(ticks, -1e12), 1e12).rounded()))
    }

    // MARK: Building

    /// Bridges the time to a stretch with as many beats as it would have at the tempo that follows.
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
        let wanted = min(max((time - seconds) / quarters * 1e6, 1), 1e9).rounded()
        let microseconds = min(max(Int(wanted), Self.microseconds.lowerBound), Self.microseconds.upperBound)
        let segment = Segment(tick: tick, seconds: seconds, microseconds: microseconds)
        if segments[segments.count - 1].tick == tick {
            segments[segments.count - 1] = segment
        } else if segments[segments.count - 1].microseconds != microseconds {
            segments.append(segment)
        }
        seconds = self.seconds(atTick: next)
        tick = next
    }

    /// Seconds a beat takes at the beginning, from the first beat or two; 0.02...10.
    private static func pace(_ anchors: [ScoreAlignment.Anchor]) -> Double {
        guard let first = anchors.first, let last = anchors.last else { return TempoMap.standard }
        let later = anchors.first { $0.beat >= first.beat + 2 } ?? last
        let pace = (later.time - first.time) / (later.beat - first.beat)
        guard pace.isFinite else { return TempoMap.standard }
        return min(max(pace, TempoMap.limits.lowerBound), TempoMap.limits.upperBound)
    }

    /// The anchors that matter: the others lie within the tolerance of the straight line between those (Ramer, 1972; Douglas
    /// and Peucker, 1973).
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
