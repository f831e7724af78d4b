import Networks

/// ``Networks/NoteThresholds`` converted to posteriors and samples.
struct Limits: Sendable {
    var on: Float
    var off: Float
    var onset: Float
    /// The sounding posterior that an onset needs to become a note, between `off` and `on`.
    var sounding: Float
    var minimumSamples: Int64
    /// Samples by which onsets are stamped before the maximum of the onset posterior.
    var advance: Int64
    /// Samples by which ends are stamped before the first hop below `off`.
    var release: Int64
    var hasOnsets: Bool

    init(_ thresholds: NoteThresholds, hop: Int64, sampleRate: Double, hasOnsets: Bool) {
        on = Self.threshold(thresholds.on)
        off = min(Self.threshold(thresholds.off), on)
        onset = Self.threshold(thresholds.onset)
        sounding = (on + off) / 2
        func samples(_ seconds: Double) -> Int64 {
            // Values come from a file and may be anything.
            seconds.isFinite ? Int64(min(max(seconds, -0.1), 0.1) * sampleRate) : 0
        }
        advance = samples(thresholds.onsetAdvance)
        release = max(0, samples(thresholds.releaseAdvance))
        let seconds = thresholds.minimumDuration
        minimumSamples = max(hop, seconds.isFinite ? Int64(min(max(seconds, 0), 60) * sampleRate) : 0)
        self.hasOnsets = hasOnsets
    }

    /// A threshold of 0 would turn silence into notes.
    private static func threshold(_ value: Double) -> Float { value.isNaN ? 1 : Float(max(value, 1e-3)) }
}

/// The state machine of one pitch.
struct PitchState: Sendable {
    /// The onset of a note and the evidence for it.
    struct Start {
        var sample: Int64
        /// The height of the onset posterior, or of the sounding posterior without an onset head, 0...1.
        var height: Float
        var beginning = NoteEvidence.Beginning.fresh
    }

    /// The changes of one hop. The end comes before the start.
    struct Step {
        var end: Int64?
        var start: Start?
    }

    /// The sounding note as published; set and cleared by the tracker.
    var note: NoteOnset?

    /// The sample at which the last note ended.
    private var lastEnd: Int64 = 0
    /// Consecutive hops above the `on` threshold while silent.
    private var hopsAbove = 0
    private var firstAbove: Int64 = 0
    /// The highest onset posterior of those hops, or sounding posterior without an onset head.
    private var highest: Float = 0
    /// Consecutive hops below the `off` threshold while sounding.
    private var hopsBelow = 0
    private var firstBelow: Int64 = 0
    /// The onset posteriors of the previous hop and the one before it.
    private var lastOnset: Float = 0
    private var onsetBefore: Float = 0
    /// A maximum of the onset posterior that waits for the sounding posterior to rise.
    private var waiting: (sample: Int64, height: Float, hops: Int)?
    /// The maximum of the sounding posterior since the onset, then the minimum after it, and the sample of that
    /// minimum.
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

    /// The local maximum of the onset posterior that this hop completes, if it reaches the threshold.
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

    /// The sample at which a sounding note was repeated, estimated from its sounding posterior alone: the hop after the
    /// trough of a dip.
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
            // A flicker: start looking for the next dip.
            hopsDown = 0
            trough = sounding
        }
        guard hopsDown >= NoteTracker.confirmationHops else { return nil }
        hopsRisen = sounding - trough >= depth && sounding >= limits.on ? hopsRisen + 1 : 0
        return hopsRisen >= NoteTracker.confirmationHops ? troughSample + hop : nil
    }
}
