import Foundation

/// The default method: a filter over events, ages and tempi that follows the players closely, and a search of the whole
/// score that finds them again after a jump. See docs/following.md.
final class StandardTracker {
    private let table: EventTable
    private let filter: EventFilter
    private let search: PlaceSearch
    private let features: AudioFeatures
    private let repeats: RepeatPolicy
    private let confidenceModel = PositionConfidence()

    private(set) var confidenceInputs = ConfidenceInputs()
    /// How much more likely the last hop is at the estimated places than in other music: a logarithm, weighted by the
    /// hop's loudness. 0 for hops that tell nothing.
    private(set) var hopEvidence: Float = 0
    private var state = FollowingState.waiting
    private var isPaused = false
    // Hops until the spectrum no longer contains audio from before a gap.
    private var hopsToRefill = 0

    // The estimates, which are published.
    private var event = -1
    private var second: Double
    private var beat: Double
    private var slowness: Float = 0
    // Hops that have contributed to the slowness.
    private var tempoHops = 0
    private(set) var departure = Departure()
    // Hops since the last jump, or since the players began.
    private var settledHops = 0
    // Where the players would be without the last jump, and for how many more hops that place is proposed.
    private(set) var withoutJump = (second: 0.0, hops: 0)
    private var confidence = 0.0
    // Grows with each hop of low confidence, and shrinks with the others.
    private var doubt = 0
    private var jump: FollowingJump?

    /// - Throws: `FollowingError.noSounds`.
    init(_ score: FollowingScore, repeats: RepeatPolicy) throws(FollowingError) {
        guard score.templates.bands > 0 else { throw .noSounds(reason: "the score was not prepared with sounds") }
        guard let features = try? AudioFeatures() else {
            throw .noSounds(reason: "the Fourier transform cannot be allocated")
        }
        self.features = features
        table = score.table
        filter = EventFilter(sound: score.sound)
        search = PlaceSearch(score.coarse)
        self.repeats = repeats
        second = table.seconds[0]
        beat = table.beats[0] - Limits.beforeEvent
    }

    func process(_ hop: Span<Float>) {
        features.process(hop)
        hopEvidence = 0
        jump = nil
        if withoutJump.hops > 0 {
            withoutJump.hops -= 1
            withoutJump.second += Double(exp(-slowness)) / SlidingSpectrum.rate
        }
        if isPaused {
            state = .holding
            return
        }
        observe()
        if search.process(features, second: second, slowness: exp(slowness)) {
            confidenceInputs.fit = search.fit
            confidenceInputs.rivalry = search.rivalry
            propose()
        }
        updateEstimates()
    }

    private func observe() {
        if hopsToRefill > 0 {
            hopsToRefill -= 1
            filter.process(nil, weight: 0, isSilent: features.isSilent)
        } else {
            features.vector.withUnsafeBufferPointer {
                filter.process($0.baseAddress, weight: features.weight, isSilent: features.isSilent)
            }
            if !features.isSilent {
                let weight = Limits.evidenceSmoothing * features.weight
                confidenceInputs.evidence += weight * (filter.evidence - confidenceInputs.evidence)
                departure.addEvidence(filter.evidence)
                hopEvidence = features.weight * filter.evidence
            }
        }
    }

    /// Proposes the places that the search has found to the filter.
    private func propose() {
        for place in search.places {
            propose((Double(place.index) + 0.5) * search.score.period)
        }
        // A jump may have been a mistake.
        if withoutJump.hops > 0 { propose(withoutJump.second) }
    }

    /// Proposes that one of the events near a second of the score begins about now.
    private func propose(_ second: Double) {
        let reach = Limits.proposalRadius / Double(exp(slowness))
        var event = table.event(atSeconds: second - reach)
        var count = 0
        while event < table.count, table.seconds[event] < second + reach, count < Limits.mostProposedEvents {
            filter.propose(
                event, weight: Limits.proposal, slowness: slowness, variance: Limits.jumpVariance)
            event += 1
            count += 1
        }
    }

    /// The position of the players if a certain event is sounding.
    private struct Estimate {
        var event: Int
        var second: Double
        var beat: Double
        var slowness: Float
        /// Seconds since the expected end of the event; negative before it.
        var overdue: Float
        /// The probability of this and nearby places.
        var mass: Float
    }

    private func estimate(_ slot: Int) -> Estimate {
        let event = filter.slots[slot].event
        let belief = filter.belief(slot)
        let share = Double(min(Limits.mostShare, belief.share))
        return Estimate(
            event: event, second: table.seconds[event] + share * table.durations[event],
            beat: table.beats[event] + share * (table.beats[event + 1] - table.beats[event]),
            slowness: belief.slowness,
            overdue: belief.age - Float(table.durations[event]) * exp(belief.slowness),
            mass: filter.mass(near: event, within: Limits.samePlaceRadius))
    }

    private func updateEstimates() {
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
            move(to: place)
        } else if let own {
            accept(estimate(own))
        } else {
            // The players have left, and it is not certain yet where they are.
            confidenceInputs.mass = 0
            confidence = confidenceModel.confidence(confidenceInputs)
            if repeats == .evidence || confidence < Limits.leastConfidence { state = .lost }
        }
    }

    private func move(to estimate: Estimate) {
        jump = FollowingJump(fromBeat: beat, toBeat: estimate.beat)
        withoutJump = (second, Limits.revocableHops)
        departure.stay()
        settledHops = 0
        accept(estimate)
    }

    /// The position of players who are at `found` or at a place that sounds the same, as the policy decides.
    /// Nil if it decides for none.
    private func place(of found: Estimate) -> Estimate? {
        // Only what they have played since they left distinguishes places.
        let played = departure.seconds / Double(exp(found.slowness))
        let length = max(
            Limits.leastTwinLength, found.event - table.event(atSeconds: found.second - played))
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
        filter.collapse(to: chosen, age: Int(age), slowness: found.slowness, variance: Limits.jumpVariance)
        return place
    }

    private func isElsewhere(_ estimate: Estimate) -> Bool {
        guard event >= 0, !(event...event + Limits.nextEvents).contains(estimate.event) else { return false }
        return abs(estimate.second - second) > Limits.otherPlaceDistance
    }

    private func accept(_ estimate: Estimate) {
        // A small step back is noise of the estimate.
        if jump != nil || estimate.second > second || second - estimate.second > Limits.backwardNoise || event < 0 {
            second = estimate.second
            beat = estimate.beat
        }
        event = estimate.event
        confidenceInputs.mass = estimate.mass
        settledHops += 1
        confidenceInputs.settled = min(1, Float(settledHops) / Limits.settlingHops)
        tempoHops += 1
        slowness += max(1 / Float(tempoHops), Limits.tempoSmoothing) * (estimate.slowness - slowness)
        updateState(overdue: estimate.overdue)
    }

    /// The most probable slot near the last estimate of the position; nil if it is improbable.
    private func ownSlot() -> Int? {
        var own: Int?
        for index in filter.slots.indices where filter.slots[index].event >= 0 {
            let event = filter.slots[index].event
            guard table.seconds[event] <= second + Limits.otherPlaceDistance,
                table.seconds[event] + table.durations[event] >= second - Limits.otherPlaceDistance
            else { continue }
            if let found = own, filter.slots[found].mass >= filter.slots[index].mass { continue }
            own = index
        }
        guard let own, filter.slots[own].mass > Limits.leastMass else { return nil }
        return own
    }

    private func updateState(overdue: Float) {
        confidence = confidenceModel.confidence(confidenceInputs)
        // The confidence doesn't count in the silence after the last event.
        let isOver = event == table.count - 1 && overdue > 0 && features.isSilent
        if !isOver { doubt = confidence < Limits.leastConfidence ? doubt + 1 : max(0, doubt - Limits.doubtRecovery) }
        if doubt > Limits.mostDoubt {
            state = .lost
        } else if event == table.count - 1, overdue > 0,
            features.silentHops > Limits.silentHopsAtEnd || overdue > Limits.overdueAtEnd
        {
            state = .ended
        } else if overdue > Limits.overdueInSilence,
            features.silentHops > Limits.silentHopsInPause || overdue > Limits.overdueInSound
        {
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
        features.reset()
        for _ in 0..<min(hops, Limits.mostSkippedHops) { filter.process(nil, weight: 0, isSilent: false) }
        hopsToRefill = Limits.refillHops
    }

    func goTo(second target: Double) {
        let event = table.event(atSeconds: target + Limits.declaredTolerance)
        let isTempoKnown = tempoHops > Limits.tempoKnownAfter
        filter.wait(for: event, slowness: slowness, variance: isTempoKnown ? Limits.declaredVariance : nil)
        search.reset()
        self.event = -1
        second = table.seconds[event]
        beat = table.beats[event] - Limits.beforeEvent
        confidenceInputs = ConfidenceInputs()
        departure = Departure()
        withoutJump.hops = 0
        settledHops = 0
        doubt = 0
        state = .waiting
    }

    func retune(_ shift: SpectrumShift?) { features.retune(shift) }

    func pause() { isPaused = true }

    func resume() { isPaused = false }
}
