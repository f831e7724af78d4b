import Foundation
import Kernels

/// The belief about the players' position: probabilities of which event sounds and since when, each with its own tempo.
///
/// This is a hidden semi-Markov model, run forwards. The score and the tempo determine the expected duration of an
/// event. Its distribution is log-logistic, so that an event can also be held very long. Each event's duration updates
/// the tempo, by a Kalman filter of the logarithm of the slowness in each hypothesis. The audio is compared with the
/// expected sound of the event at that age. Improbable hypotheses are dropped, so the work doesn't depend on the length
/// of the score.
///
/// Allocates nothing after `init`. One thread at a time.
final class EventFilter {
    /// Number of distinct ages, in hops: 11.9 s. An event that lasts longer stays at the last age.
    static let ages = 1024
    /// The most events considered at once.
    static let slotCount = 64

    /// An event that is being considered.
    struct Slot {
        var event: Int
        /// Hop numbers at which it may have begun: the oldest and the newest.
        var oldest: Int
        var newest: Int
        /// Its probability.
        var mass: Float
    }

    let table: EventTable
    let model: Model
    let spectra: EventSpectra
    /// In no particular order. A slot whose event is -1 is free.
    private(set) var slots: [Slot]
    /// The log-likelihood of the last hop, relative to a hop without an observation.
    private(set) var evidence: Float = 0
    private(set) var hop = 0
    /// Probability that the players have not begun.
    private(set) var waiting: Float = 1
    // The event with which they will begin, and the tempo.
    private var first: (event: Int, slowness: Float, variance: Float) = (0, 0, 0)

    // slot x age; the column is the hop of the beginning modulo `ages`.
    private let weights: UnsafeMutablePointer<Float>
    private let slownesses: UnsafeMutablePointer<Float>
    private let variances: UnsafeMutablePointer<Float>
    private var entries: [Entry] = []
    private let logDurations: [Float]
    // Logarithm of the age in seconds, by age in hops.
    private let logAges: [Float]

    /// An event that begins in this hop: sums over the hypotheses that lead to it.
    private struct Entry {
        var event: Int
        var weight: Float
        var slowness: Float
        var square: Float
    }

    init(sound: EventSound, model: Model = Model()) {
        table = sound.table
        self.model = model
        spectra = EventSpectra(sound: sound, slots: Self.slotCount)
        slots = [Slot](repeating: Slot(event: -1, oldest: 0, newest: -1, mass: 0), count: Self.slotCount)
        let cells = Self.slotCount * Self.ages
        weights = .allocate(capacity: cells)
        slownesses = .allocate(capacity: cells)
        variances = .allocate(capacity: cells)
        weights.initialize(repeating: 0, count: cells)
        slownesses.initialize(repeating: 0, count: cells)
        variances.initialize(repeating: 0, count: cells)
        entries.reserveCapacity(Limits.entriesPerSlot * Self.slotCount)
        logDurations = table.durations.map { Float(log($0)) }
        logAges = (0...Self.ages).map { Float(log(Double($0 + 1) / SlidingSpectrum.rate)) }
        first.variance = model.unknownTempo
    }

    deinit {
        for pointer in [weights, slownesses, variances] { pointer.deallocate() }
    }

    /// Resets the belief: the players have not begun, and will begin with this event.
    ///
    /// - Parameters:
    ///   - slowness: its logarithm.
    ///   - variance: the variance of that logarithm; nil if the tempo is unknown.
    func wait(for event: Int, slowness: Float = 0, variance: Float? = nil) {
        for index in slots.indices { release(index) }
        entries.removeAll(keepingCapacity: true)
        waiting = 1
        first = (event, slowness, variance ?? model.unknownTempo)
    }

    /// Replaces the belief by a certainty: this event began `age` hops ago.
    func collapse(to event: Int, age: Int, slowness: Float, variance: Float) {
        for index in slots.indices { release(index) }
        entries.removeAll(keepingCapacity: true)
        waiting = 0
        let birth = hop - min(max(0, age), Self.ages - 2)
        slots[0] = Slot(event: event, oldest: birth, newest: birth, mass: 1)
        let cell = birth & (Self.ages - 1)
        (weights[cell], slownesses[cell], variances[cell]) = (1, slowness, variance)
        spectra.begin(event, slot: 0, slowness: exp(slowness))
    }

    /// Adds the hypothesis that an event begins with the next hop.
    ///
    /// - Parameter weight: relative to a weight of 1 for all current hypotheses together.
    func propose(_ event: Int, weight: Float, slowness: Float, variance: Float) {
        guard table.seconds.indices.contains(event) else { return }
        add(event, weight: weight, slowness: slowness, variance: variance)
    }

    /// Takes a hop.
    ///
    /// - Parameters:
    ///   - vector: of ``FeatureShape``; nil for a hop without usable audio, in which only time passes.
    ///   - weight: the weight of the observation, 0...1.
    ///   - isSilent: whether nothing is played, so that no event can begin.
    func process(_ vector: UnsafePointer<Float>?, weight: Float, isSilent: Bool) {
        hop += 1
        if waiting > 0, !isSilent {
            let leaving = waiting * model.beginning
            add(first.event, weight: leaving, slowness: first.slowness, variance: first.variance)
            waiting -= leaving
        }
        for index in slots.indices where slots[index].event >= 0 { advance(index, isSilent: isSilent) }
        enter()
        if let vector { observe(vector, weight: weight) } else { evidence = 0 }
        normalise()
    }
}

// MARK: - Prediction

extension EventFilter {
    private func advance(_ index: Int, isSilent: Bool) {
        dropOldest(index)
        let slot = slots[index]
        guard !isSilent, slot.event + 1 < table.count else { return }
        let base = index * Self.ages
        let logDuration = logDurations[slot.event]
        let departures = table.departures(from: slot.event)
        for birth in slot.oldest...slot.newest {
            let cell = base + birth & (Self.ages - 1)
            let weight = weights[cell]
            guard weight > 0 else { continue }
            let slowness = slownesses[cell]
            let variance = variances[cell]
            let age = hop - 1 - birth
            let expected = logDuration + slowness
            let jitter = model.jitter * exp(-expected)
            let noise = model.spread * model.spread + jitter * jitter
            let deviation = (variance + noise).squareRoot()
            let scale = Limits.logisticScale * deviation
            let surprise = logAges[age] - expected
            let distribution = 1 / (1 + exp(-surprise / scale))
            let hazard = min(Limits.greatestHazard, distribution / (scale * Float(age + 1)))
            guard hazard > Limits.leastHazard else { continue }
            var gain = variance / (variance + noise)
            var correction = max(-Limits.mostShort * deviation, min(Limits.mostLong * deviation, surprise))
            // A held event, or a pause, says nothing about the tempo.
            if surprise > Limits.held * deviation { (gain, correction) = (0, 0) }
            let leaving = weight * hazard
            let skipping = slot.event + 2 < table.count ? model.skipping : 0
            let newSlowness = max(-model.tempoLimit, min(model.tempoLimit, slowness + gain * correction))
            let newVariance = variance * (1 - gain) + model.drift
            add(slot.event + 1, weight: leaving * (1 - skipping), slowness: newSlowness, variance: newVariance)
            if skipping > 0 {
                add(slot.event + 2, weight: leaving * skipping, slowness: newSlowness, variance: newVariance)
            }
            for target in departures {
                add(target, weight: leaving * model.leaving, slowness: newSlowness, variance: newVariance)
            }
            weights[cell] = weight - leaving
        }
    }

    /// Moves beginnings that are older than the last distinct age to the next hop.
    private func dropOldest(_ index: Int) {
        while slots[index].oldest <= hop - Self.ages, slots[index].oldest < slots[index].newest {
            move(index, from: slots[index].oldest, to: slots[index].oldest + 1)
            slots[index].oldest += 1
        }
        if slots[index].newest <= hop - Self.ages {
            move(index, from: slots[index].newest, to: slots[index].newest + 1)
            slots[index].newest += 1
            slots[index].oldest = slots[index].newest
        }
    }

    /// Adds the weight of one cell to another.
    private func move(_ index: Int, from: Int, to: Int) {
        let source = index * Self.ages + from & (Self.ages - 1)
        let target = index * Self.ages + to & (Self.ages - 1)
        guard source != target else { return }
        if weights[source] > weights[target] {
            slownesses[target] = slownesses[source]
            variances[target] = variances[source]
        }
        weights[target] += weights[source]
        weights[source] = 0
        slots[index].oldest = min(slots[index].oldest, to)
    }

    private func add(_ event: Int, weight: Float, slowness: Float, variance: Float) {
        let square = weight * (variance + slowness * slowness)
        // Search backwards: the last entries come from the same slot.
        var index = entries.count - 1
        while index >= 0 {
            if entries[index].event == event {
                entries[index].weight += weight
                entries[index].slowness += weight * slowness
                entries[index].square += square
                return
            }
            index -= 1
        }
        guard entries.count < entries.capacity else { return }
        entries.append(Entry(event: event, weight: weight, slowness: weight * slowness, square: square))
    }

    /// Begins the events that were added.
    private func enter() {
        for entry in entries where entry.weight > model.least {
            let slowness = entry.slowness / entry.weight
            guard let index = slot(for: entry.event, weight: entry.weight, slowness: slowness) else { continue }
            let cell = index * Self.ages + hop & (Self.ages - 1)
            weights[cell] = entry.weight
            slownesses[cell] = slowness
            variances[cell] = max(Limits.leastVariance, entry.square / entry.weight - slowness * slowness)
        }
        entries.removeAll(keepingCapacity: true)
    }

    /// The slot of an event, prepared for a beginning in this hop; nil if all slots have more probable events.
    private func slot(for event: Int, weight: Float, slowness: Float) -> Int? {
        var free: Int?
        var least = 0
        for index in slots.indices {
            if slots[index].event == event {
                clear(index, after: slots[index].newest, through: hop)
                slots[index].newest = hop
                slots[index].oldest = max(slots[index].oldest, hop - Self.ages + 1)
                spectra.begin(event, slot: index, slowness: exp(slowness))
                return index
            }
            if slots[index].event < 0 { free = index }
            if slots[index].mass < slots[least].mass { least = index }
        }
        if free == nil, slots[least].mass < weight {
            release(least)
            free = least
        }
        guard let free else { return nil }
        slots[free] = Slot(event: event, oldest: hop, newest: hop, mass: weight)
        spectra.begin(event, slot: free, slowness: exp(slowness))
        return free
    }

    private func clear(_ index: Int, after: Int, through: Int) {
        guard through > after else { return }
        for birth in max(after + 1, through - Self.ages + 1)...through {
            weights[index * Self.ages + birth & (Self.ages - 1)] = 0
        }
    }

    private func release(_ index: Int) {
        slots[index].event = -1
        slots[index].mass = 0
    }
}

// MARK: - Observation

extension EventFilter {
    private func observe(_ vector: UnsafePointer<Float>, weight: Float) {
        let sharpness = model.sharpness * weight
        let dimensions = spectra.dimensions
        for index in slots.indices where slots[index].event >= 0 {
            let base = index * Self.ages
            var known = -1
            var factor: Float = 1
            for birth in slots[index].oldest...slots[index].newest {
                let cell = base + birth & (Self.ages - 1)
                guard weights[cell] > 0 else { continue }
                let age = spectra.ageIndex(hop - birth + 1)
                if age != known {
                    known = age
                    let expectation = spectra.expectation(slot: index, ageIndex: age)
                    factor = exp(sharpness * (nk_dot(dimensions, vector, expectation.vector) - expectation.bias))
                }
                weights[cell] *= factor
            }
        }
    }

    private func normalise() {
        var total = waiting
        for index in slots.indices where slots[index].event >= 0 {
            let base = index * Self.ages
            var mass: Float = 0
            for birth in slots[index].oldest...slots[index].newest { mass += weights[base + birth & (Self.ages - 1)] }
            slots[index].mass = mass
            total += mass
        }
        guard total > 0, total.isFinite else { return }
        evidence = log(total)
        let factor = 1 / total
        waiting = waiting * factor < model.least ? 0 : waiting * factor
        for index in slots.indices where slots[index].event >= 0 {
            let base = index * Self.ages
            var mass: Float = 0
            var oldest = -1
            var newest = -1
            for birth in slots[index].oldest...slots[index].newest {
                let cell = base + birth & (Self.ages - 1)
                let weight = weights[cell] * factor
                if weight < model.least {
                    weights[cell] = 0
                } else {
                    weights[cell] = weight
                    mass += weight
                    if oldest < 0 { oldest = birth }
                    newest = birth
                }
            }
            if newest < 0 {
                release(index)
            } else {
                slots[index].oldest = oldest
                slots[index].newest = newest
                slots[index].mass = mass
            }
        }
    }
}

// MARK: - Estimates

extension EventFilter {
    /// The slot of the most probable event; nil if it is more probable that the players have not begun.
    var best: Int? {
        var best: Int?
        for index in slots.indices where slots[index].event >= 0 {
            if let found = best, slots[found].mass >= slots[index].mass { continue }
            best = index
        }
        if let found = best, slots[found].mass < waiting { return nil }
        return best
    }

    /// The probability of all events within some seconds of the score around an event.
    func mass(near event: Int, within seconds: Double) -> Float {
        var sum: Float = 0
        for slot in slots where slot.event >= 0 {
            if abs(table.seconds[slot.event] - table.seconds[event]) <= seconds { sum += slot.mass }
        }
        return sum
    }

    /// The belief about the event of a slot.
    func belief(_ index: Int) -> Belief {
        let slot = slots[index]
        var belief = Belief(age: 0, share: 0, slowness: 0)
        var sum: Float = 0
        for birth in slot.oldest...max(slot.oldest, slot.newest) {
            let cell = index * Self.ages + birth & (Self.ages - 1)
            let weight = weights[cell]
            guard weight > 0 else { continue }
            let age = (Float(hop - birth) + Limits.middle) / Float(SlidingSpectrum.rate)
            belief.age += weight * age
            belief.share += weight * min(1, age * exp(-logDurations[slot.event] - slownesses[cell]))
            belief.slowness += weight * slownesses[cell]
            sum += weight
        }
        guard sum > 0 else { return belief }
        belief.age /= sum
        belief.share /= sum
        belief.slowness /= sum
        return belief
    }
}
