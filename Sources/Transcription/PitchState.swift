import Networks

/// ``Networks/NoteThresholds`` in the units of the tracker.
struct Limits: Sendable {
    var on: Float
    var off: Float
    var onset: Float
    /// Sounding posterior that an onset needs to be a note: between `off` and `on`.
    var sounding: Float
    var minimumSamples: Int64
    /// Samples by which onsets are stamped before the maximum of their posterior.
    var advance: Int64
    /// Samples by which ends are stamped before the first hop below `off`.
    var release: Int64
    var hasOnsets: Bool

    init(_ thresholds: NoteThresholds, hop: Int64, sampleRate: Double, hasOnsets: Bool) {
        on = Self.part(thresholds.on)
        off = min(Self.part(thresholds.off), on)
        onset = Self.part(thresholds.onset)
        sounding = (on + off) / 2
        func samples(_ seconds: Double) -> Int64 {
            // What comes from a file may be anything.
            seconds.isFinite ? Int64(min(max(seconds, -0.1), 0.1) * sampleRate) : 0
        }
        advance = samples(thresholds.onsetAdvance)
        release = max(0, samples(thresholds.releaseAdvance))
        let seconds = thresholds.minimumDuration
        minimumSamples = max(hop, seconds.isFinite ? Int64(min(max(seconds, 0), 60) * sampleRate) : 0)
        self.hasOnsets = hasOnsets
    }

    /// A threshold of 0 would make a note of silence.
    private static func part(_ value: Double) -> Float { value.isNaN ? 1 : Float(max(value, 1e-3)) }
}

/// The state machine of one pitch.
struct PitchState: Sendable {
    /// The beginning of a note and the evidence for it.
    struct Start {
        var sample: Int64
        /// Of the onset posterior, or without one of the sounding posterior, 0...1.
        var height: Float
        var beginning = NoteEvidence.Beginning.fresh
    }

    /// What one hop brought about; the end comes before the start.
    struct Step {
        var end: Int64?
        var start: Start?
    }

    /// The note that sounds, as it was published; set and cleared by the owner.
    var note: NoteOnset?

    /// Where the last note ended.
    private var lastEnd: Int64 = 0
    /// Consecutive hops above the on threshold, while silent.
    private var hopsAbove = 0
    private var firstAbove: Int64 = 0
    /// The highest onset posterior of those hops, or sounding one without.
    private var highest: Float = 0
    /// Consecutive hops below the off threshold, while sounding.
    private var hopsBelow = 0
    private var firstBelow: Int64 = 0
    /// The onset posteriors of the last two hops.
    private var lastOnset: Float = 0
    private var onsetBefore: Float = 0
    /// A maximum of the onset posterior that waits for its note to sound.
    private var waiting: (sample: Int64, height: Float, hops: Int)?
    /// Extremes of the sounding posterior since the onset: the highest, then the lowest after it, and where.
    private var crest: Float = 0
    private var trough: Float = 1
    private var troughSample: Int64 = 0
    private var hopsRisen = 0
    private var hopsDown = 0

    mutating func advance(
        sample: Int64, hop: Int64, sounding: Float, onset: Float?, limits: Limits
    ) -> Step {
        var step = Step()
        let peak = onset.flatMap { findOnset($0, sample: sample, hop: hop, limits: limits) }
        if let note {
            let refractory = note.sample + Int64(NoteTracker.refractoryHops) * hop
            if let peak, peak.sample + limits.advance >= refractory, peak.sample > note.sample,
                sounding >= limits.sounding
            {
                step = Step(
                    end: peak.sample,
                    start: Start(sample: peak.sample, height: peak.height, beginning: .repeated))
            } else if onset == nil, let rise = findRise(sounding, sample: sample, hop: hop, limits: limits),
                rise >= refractory
            {
                step = Step(end: rise, start: Start(sample: rise, height: sounding, beginning: .repeated))
            } else {
                step.end = findEnd(sounding, sample: sample, onsetSample: note.sample, limits: limits)
            }
        } else {
            step.start = findStart(sounding, onset: onset, peak: peak, sample: sample, limits: limits)
        }
        if let end = step.end { lastEnd = end }
        if step.start != nil { begin(sounding: sounding) }
        return step
    }

    private mutating func begin(sounding: Float) {
        hopsAbove = 0
        hopsBelow = 0
        hopsRisen = 0
        hopsDown = 0
        waiting = nil
        crest = sounding
        trough = sounding
    }

    /// The local maximum of the onset posterior that this hop completes, if it is high enough.
    private mutating func findOnset(
        _ onset: Float, sample: Int64, hop: Int64, limits: Limits
    ) -> (sample: Int64, height: Float)? {
        defer {
            onsetBefore = lastOnset
            lastOnset = onset
        }
        guard lastOnset >= limits.onset, lastOnset > onsetBefore, lastOnset >= onset else { return nil }
        return (max(lastEnd, sample - hop - limits.advance), lastOnset)
    }

    private mutating func findStart(
        _ sounding: Float, onset: Float?, peak: (sample: Int64, height: Float)?, sample: Int64, limits: Limits
    ) -> Start? {
        if let peak, waiting.map({ peak.height > $0.height }) ?? true {
            waiting = (peak.sample, peak.height, NoteTracker.onsetPatience)
        }
        if sounding >= limits.on {
            if hopsAbove == 0 {
                firstAbove = sample
                highest = 0
            }
            hopsAbove += 1
            highest = max(highest, onset ?? sounding)
        } else {
            hopsAbove = 0
        }
        if let found = waiting {
            if sounding >= limits.sounding {
                return Start(sample: found.sample, height: found.height)
            }
            waiting = found.hops > 1 ? (found.sample, found.height, found.hops - 1) : nil
        }
        let needed = limits.hasOnsets ? NoteTracker.lateHops : NoteTracker.confirmationHops
        guard hopsAbove >= needed else { return nil }
        return Start(sample: firstAbove, height: highest, beginning: limits.hasOnsets ? .late : .fresh)
    }

    private mutating func findEnd(
        _ sounding: Float, sample: Int64, onsetSample: Int64, limits: Limits
    ) -> Int64? {
        guard sounding < limits.off else {
            hopsBelow = 0
            return nil
        }
        if hopsBelow == 0 { firstBelow = sample }
        hopsBelow += 1
        let earliest = onsetSample + limits.minimumSamples
        guard hopsBelow >= NoteTracker.releaseHops, sample >= earliest else { return nil }
        hopsBelow = 0
        return max(firstBelow - limits.release, earliest)
    }

    /// Where a sounding note was struck again, by its posterior alone: the hop after the trough of a dip.
    private mutating func findRise(_ sounding: Float, sample: Int64, hop: Int64, limits: Limits) -> Int64? {
        if sounding <= trough {
            trough = sounding
            troughSample = sample
            hopsRisen = 0
        }
        let depth = NoteTracker.dip * crest
        if crest - trough < depth {
            if sounding > crest {
                crest = sounding
                trough = sounding
                troughSample = sample
                hopsDown = 0
            }
            return nil
        }
        if crest - sounding >= depth {
            hopsDown += 1
        } else if hopsDown < NoteTracker.confirmationHops {
            // It was a flicker: the next dip is looked for afresh.
            hopsDown = 0
            trough = sounding
        }
        guard hopsDown >= NoteTracker.confirmationHops else { return nil }
        hopsRisen = sounding - trough >= depth && sounding >= limits.on ? hopsRisen + 1 : 0
        return hopsRisen >= NoteTracker.confirmationHops ? troughSample + hop : nil
    }
}
