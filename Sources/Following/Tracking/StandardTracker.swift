import Foundation

/// The default method: a filter over events, ages and tempi that stays with the players, and a search of the whole score that finds them
/// again. See docs/following.md.
final class StandardTracker {
    private let table: EventTable
    private let filter: EventFilter
    private let search: PlaceSearch
    private let sound: SoundFeatures
    private let repeats: RepeatPolicy
    private let model = PositionConfidence()

    private(set) var confidenceInputs = ConfidenceInputs()
    private var state = FollowingState.waiting
    private var isPaused = false
    // Hops of which the spectrum still holds what was before a gap.
    private var refill = 0

    // What is believed and published.
    private var event = -1
    private var second: Double
    private var beat: Double
    private var slowness: Float = 0
    private var tempoAge = 0
    private(set) var departure = Departure()
    // Hops since the last jump, or since the players began.
    private var settledHops = 0
    // After a jump: where the players would be without it, and for how many hops that is still considered.
    private(set) var left = (second: 0.0, hops: 0)
    private var confidence = 0.0
    private var doubt = 0
    private var jump: FollowingJump?

    /// How probable another place is when it is first considered.
    private static let suggestion: Float = 1e-5
    /// Seconds of the players around such a place in which events may begin, on either side.
    private static let vicinity = 0.3
    private static let mostSuggestions = 8
    /// Variance of the logarithm of the tempo after a jump.
    private static let jumpVariance: Float = 0.02
    /// A place further away than this, in seconds of the score, is another place.
    private static let apart = 1.5
    /// So many hops after a jump nothing is left of the doubt about it: 8 s.
    private static let settling: Float = 690
    /// Hops for which a jump may be taken back.
    private static let regret = 200
    /// Places within this many seconds of the score are one place.
    private static let nearby = 1.0
    /// Seconds of the score by which an estimate may go backwards without being believed.
    private static let unrest = 0.3
    /// Less probable places are not followed.
    private static let leastMass: Float = 0.02
    /// Less confident than this, for ``patienceWithDoubt`` hops, is lost.
    private static let leastConfidence = 0.25
    private static let patienceWithDoubt = 170
    /// The share that each hop's estimate has in the published tempo.
    private static let tempoSmoothing: Float = 0.008

    /// Players who have not begun are this much before the event that they will begin with, in beats: reaching it is news.
    private static let hair = 0.001

    /// - Throws: `FollowingError.noSounds`.
    init(_ score: FollowingScore, repeats: RepeatPolicy) throws(FollowingError) {
        guard score.templates.bands > 0 else { throw .noSounds(reason: "the score was not prepared with sounds") }
        guard let sound = try? SoundFeatures() else { throw .noSounds(reason: "there is no memory for the transform") }
        self.sound = sound
        table = score.table
        filter = EventFilter(sound: score.sound)
        search = PlaceSearch(score.coarse)
        self.repeats = repeats
        second = table.seconds[0]
        beat = table.beats[0] - Self.hair
    }

    func process(_ hop: Span<Float>) {
        sound.process(hop)
        jump = nil
        if left.hops > 0 {
            left.hops -= 1
            left.second += Double(exp(-slowness)) / SlidingSpectrum.rate
        }
        if isPaused {
            state = .holding
            return
        }
        listen()
        if search.process(sound, second: second, slowness: exp(slowness)) {
            confidenceInputs.fit = search.fit
            confidenceInputs.rivalry = search.rivalry
            suggest()
        }
        believe()
    }

    private func listen() {
        if refill > 0 {
            refill -= 1
            filter.process(nil, weight: 0, isSilent: sound.isSilent)
        } else {
            sound.vector.withUnsafeBufferPointer {
                filter.process($0.baseAddress, weight: sound.weight, isSilent: sound.isSilent)
            }
            if !sound.isSilent {
                confidenceInputs.evidence += 0.015 * sound.weight * (filter.evidence - confidenceInputs.evidence)
                departure.hear(filter.evidence)
            }
        }
    }

    /// Lets the filter consider the places that the search has found.
    private func suggest() {
        for place in search.places {
            suggest((Double(place.index) + 0.5) * search.score.period, weight: Self.suggestion)
        }
        // After a jump, where the players would be without it: it may have been a mistake.
        if left.hops > 0 { suggest(left.second, weight: Self.suggestion) }
    }

    /// Lets the filter consider that an event begins about now near a second of the score.
    private func suggest(_ second: Double, weight: Float) {
        let reach = Self.vicinity / Double(exp(slowness))
        var event = table.event(atSeconds: second - reach)
        var count = 0
        while event < table.count, table.seconds[event] < second + reach, count < Self.mostSuggestions {
            filter.suggest(event, weight: weight / 4, slowness: slowness, variance: Self.jumpVariance)
            event += 1
            count += 1
        }
    }

    /// Where the players are, if an event is sounding.
    private struct Estimate {
        var event: Int
        var second: Double
        var beat: Double
        var slowness: Float
        /// Seconds for which the event has sounded longer than expected; negative if it hasn't.
        var overdue: Float
        /// The probability of the places near it.
        var mass: Float
    }

    private func estimate(_ slot: Int) -> Estimate {
        let event = filter.slots[slot].event
        let belief = filter.belief(slot)
        let share = Double(min(0.999, belief.share))
        return Estimate(
            event: event, second: table.seconds[event] + share * table.durations[event],
            beat: table.beats[event] + share * (table.beats[event + 1] - table.beats[event]),
            slowness: belief.slowness,
            overdue: belief.age - Float(table.durations[event]) * exp(belief.slowness),
            mass: filter.mass(near: event, within: Self.nearby))
    }

    private func believe() {
        guard let best = filter.best else {
            state = .waiting
            confidenceInputs.mass = filter.waiting
            return
        }
        let found = estimate(best)
        guard isElsewhere(found) else {
            departure.stay()
            return accept(found)
        }
        let own = ownSlot()
        departure.consider(mass: found.mass, evidence: filter.evidence, mayBeHere: own != nil)
        if departure.isDecided, let place = place(of: found) {
            leave(for: place)
        } else if let own {
            accept(estimate(own))
        } else {
            // The players are elsewhere, and it isn't sure yet where.
            confidenceInputs.mass = 0
            confidence = model.confidence(confidenceInputs)
            if repeats == .evidence || confidence < Self.leastConfidence { state = .lost }
        }
    }

    private func leave(for estimate: Estimate) {
        jump = FollowingJump(fromBeat: beat, toBeat: estimate.beat)
        left = (second, Self.regret)
        departure.stay()
        settledHops = 0
        accept(estimate)
    }

    /// Where the players are who are at `found`, or where the score has the same as what was heard there: the policy decides.
    /// Nil if it doesn't.
    private func place(of found: Estimate) -> Estimate? {
        // What they have played since they left is all that tells places apart.
        let heard = departure.seconds / Double(exp(found.slowness))
        let length = max(2, found.event - table.event(atSeconds: found.second - heard))
        let group = table.twins.group(of: found.event, length: length)
        guard group.count > 1 else { return found }
        guard let chosen = repeats.preferred(among: group, of: table.twins, from: event) else { return nil }
        guard chosen != found.event else { return found }
        var place = found
        let share = (found.second - table.seconds[found.event]) / table.durations[found.event]
        place.event = chosen
        place.second = table.seconds[chosen] + share * table.durations[chosen]
        place.beat = table.beats[chosen] + share * (table.beats[chosen + 1] - table.beats[chosen])
        let age = share * table.durations[found.event] * Double(exp(found.slowness)) * SlidingSpectrum.rate
        filter.believe(chosen, age: Int(age), slowness: found.slowness, variance: Self.jumpVariance)
        return place
    }

    private func isElsewhere(_ estimate: Estimate) -> Bool {
        guard event >= 0, !(event...event + 3).contains(estimate.event) else { return false }
        return abs(estimate.second - second) > Self.apart
    }

    private func accept(_ estimate: Estimate) {
        // A little backwards is the estimate's unrest, not the players'.
        if jump != nil || estimate.second > second || second - estimate.second > Self.unrest || event < 0 {
            second = estimate.second
            beat = estimate.beat
        }
        event = estimate.event
        confidenceInputs.mass = estimate.mass
        settledHops += 1
        confidenceInputs.settled = min(1, Float(settledHops) / Self.settling)
        tempoAge += 1
        slowness += max(1 / Float(tempoAge), Self.tempoSmoothing) * (estimate.slowness - slowness)
        decide(overdue: estimate.overdue)
    }

    /// The most probable slot near the position believed so far.
    private func ownSlot() -> Int? {
        var own: Int?
        for index in filter.slots.indices where filter.slots[index].event >= 0 {
            let event = filter.slots[index].event
            guard table.seconds[event] <= second + Self.apart,
                table.seconds[event] + table.durations[event] >= second - Self.apart
            else { continue }
            if let found = own, filter.slots[found].mass >= filter.slots[index].mass { continue }
            own = index
        }
        guard let own, filter.slots[own].mass > Self.leastMass else { return nil }
        return own
    }

    private func decide(overdue: Float) {
        confidence = model.confidence(confidenceInputs)
        // In silence after the last event there is nothing left to doubt.
        let isOver = event == table.count - 1 && overdue > 0 && sound.isSilent
        if !isOver { doubt = confidence < Self.leastConfidence ? doubt + 1 : max(0, doubt - 4) }
        if doubt > Self.patienceWithDoubt {
            state = .lost
        } else if event == table.count - 1, overdue > 0, sound.silentHops > 8 || overdue > 0.5 {
            state = .ended
        } else if overdue > 0.3, sound.silentHops > 20 || overdue > 1 {
            state = .holding
        } else {
            state = .following
        }
    }

    func report(sample: Int64, score: FollowingScore) -> FollowingReport {
        let written = score.score.tempo.secondsPerBeat(atBeat: beat)
        return FollowingReport(
            sample: sample, state: state, confidence: state == .waiting ? 0 : confidence, beat: beat,
            scoreSeconds: second, tempo: 60 / (written * Double(exp(slowness))), event: event, jump: jump)
    }

    func skip(_ hops: Int) {
        sound.reset()
        for _ in 0..<min(hops, 172) { filter.process(nil, weight: 0, isSilent: false) }
        refill = 4
    }

    func goTo(second target: Double) {
        let event = table.event(atSeconds: target + 0.01)
        filter.wait(for: event, slowness: slowness, variance: tempoAge > 400 ? 0.05 : nil)
        search.reset()
        self.event = -1
        second = table.seconds[event]
        beat = table.beats[event] - Self.hair
        confidenceInputs = ConfidenceInputs()
        departure = Departure()
        left.hops = 0
        settledHops = 0
        doubt = 0
        state = .waiting
    }

    func pause() { isPaused = true }

    func resume() { isPaused = false }
}
