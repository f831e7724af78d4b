/// The expected features of the events under consideration, by age. They are computed on demand and kept.
///
/// Each event has one slot. Allocates nothing after `init`. One thread at a time.
final class EventSpectra {
    let sound: EventSound
    /// Values per vector.
    let dimensions: Int
    private let ages: [Int]
    private let slotSize: Int
    // slot x age x dimensions.
    private let vectors: UnsafeMutablePointer<Float>
    // slot x age: half the squared length of the rises, weighted.
    private let biases: UnsafeMutablePointer<Float>
    // slot x band, at the last age computed.
    private let levels: UnsafeMutablePointer<Float>
    private let rises: UnsafeMutablePointer<Float>
    private let next: UnsafeMutablePointer<Float>
    private var states: [State]
    // The factor by which rises fade from the previous age to this one.
    private let fadings: [Float]
    // For each age in hops, from 0, its index in `ages`.
    private let indices: [UInt8]

    private struct State {
        var event = -1
        var slowness: Float = 1
        // Number of ages computed, without age 0.
        var made = 0
    }

    /// If the tempo differs from the one assumed by more than this factor, features are computed anew.
    private static let staleness: Float = 1.15
    /// The weight of expected rises as evidence against a moment without rises. Nothing else distinguishes repeated
    /// chords.
    private static let riseBias: Float = 0.2

    init(sound: EventSound, slots: Int) {
        self.sound = sound
        dimensions = 2 * sound.bands
        ages = sound.ages
        slotSize = ages.count * dimensions
        vectors = .allocate(capacity: max(1, slots * slotSize))
        biases = .allocate(capacity: max(1, slots * ages.count))
        levels = .allocate(capacity: max(1, slots * sound.bands))
        rises = .allocate(capacity: max(1, slots * sound.bands))
        next = .allocate(capacity: max(1, sound.bands))
        states = [State](repeating: State(), count: slots)
        let ages = ages
        fadings = ages.indices.map { index in
            var power: Float = 1
            if index > 0 { for _ in ages[index - 1]..<ages[index] { power *= FeatureShape.fading } }
            return power
        }
        var indices: [UInt8] = []
        for (index, age) in ages.enumerated() {
            let end = index + 1 < ages.count ? ages[index + 1] : age + 1
            indices += [UInt8](repeating: UInt8(clamping: index), count: end - age)
        }
        self.indices = indices
    }

    deinit {
        for pointer in [vectors, biases, levels, rises, next] { pointer.deallocate() }
    }

    /// The index of the age at or before `hops` after the beginning of an event.
    func ageIndex(_ hops: Int) -> Int { Int(indices[min(max(0, hops), indices.count - 1)]) }

    /// Assigns a slot to an event, with the tempo at which it is expected.
    func begin(_ event: Int, slot: Int, slowness: Float) {
        let state = states[slot]
        let ratio = slowness / state.slowness
        if state.event == event, ratio < Self.staleness, ratio > 1 / Self.staleness { return }
        states[slot] = State(event: event, slowness: slowness)
        let bands = sound.bands
        sound.writeLevels(event, age: 0, slowness: slowness, into: levels + slot * bands)
        (rises + slot * bands).update(repeating: 0, count: bands)
    }

    /// The vector and its bias at an age of 1 or more. Computes all ages up to it if necessary, a few microseconds
    /// each.
    func expectation(slot: Int, ageIndex: Int) -> (vector: UnsafePointer<Float>, bias: Float) {
        while states[slot].made < ageIndex { makeNext(slot) }
        return (
            UnsafePointer(vectors + slot * slotSize + ageIndex * dimensions), biases[slot * ages.count + ageIndex]
        )
    }

    private func makeNext(_ slot: Int) {
        states[slot].made += 1
        let index = states[slot].made
        let bands = sound.bands
        sound.writeLevels(states[slot].event, age: Float(ages[index]), slowness: states[slot].slowness, into: next)
        let levels = levels + slot * bands
        let rises = rises + slot * bands
        for band in 0..<bands {
            rises[band] = fadings[index] * rises[band] + max(0, next[band] - levels[band])
            levels[band] = next[band]
        }
        let vector = vectors + slot * slotSize + index * dimensions
        FeatureShape.write(levels: levels, rises: rises, count: bands, into: vector)
        var square: Float = 0
        for band in bands..<2 * bands { square += vector[band] * vector[band] }
        biases[slot * ages.count + index] = 0.5 * Self.riseBias * square
    }
}
