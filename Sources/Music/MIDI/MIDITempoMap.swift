/// Maps ticks of a MIDI file to seconds.
public struct MIDITempoMap: Sendable {
    private struct Segment {
        var tick: Int
        var seconds: Double
        var secondsPerTick: Double
    }

    // Never empty; ticks are strictly increasing from 0.
    private var segments: [Segment]

    /// Collects the tempo changes of all tracks. The initial tempo is half a second per quarter note.
    public init(_ file: MIDIFile) {
        guard case .ticksPerQuarter(let resolution) = file.division else {
            let rate = if case .ticksPerSecond(let rate) = file.division { rate } else { 1.0 }
            segments = [Segment(tick: 0, seconds: 0, secondsPerTick: 1 / rate)]
            return
        }
        var changes: [(tick: Int, tempo: Int)] = []
        for event in file.tracks.joined() {
            if case .tempo(let tempo) = event.message { changes.append((event.tick, tempo)) }
        }
        // The sort must be stable: among changes at one tick, the last one of the last track applies.
        let order = changes.indices.sorted { (changes[$0].tick, $0) < (changes[$1].tick, $1) }
        segments = [Segment(tick: 0, seconds: 0, secondsPerTick: 0.5 / Double(resolution))]
        for index in order {
            let last = segments[segments.count - 1]
            let (tick, tempo) = changes[index]
            let segment = Segment(
                tick: tick, seconds: last.seconds + Double(tick - last.tick) * last.secondsPerTick,
                secondsPerTick: Double(tempo) * 1e-6 / Double(resolution))
            if tick == last.tick { segments[segments.count - 1] = segment } else { segments.append(segment) }
        }
    }

    /// Seconds from the start of the file. O(log n) in the number of tempo changes.
    public func seconds(atTick tick: Int) -> Double {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].tick <= tick { low = middle } else { high = middle }
        }
        let segment = segments[low]
        return segment.seconds + Double(tick - segment.tick) * segment.secondsPerTick
    }
}
