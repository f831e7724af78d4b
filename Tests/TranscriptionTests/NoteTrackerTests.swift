import Basics
import Networks
import Testing

@testable import Transcription

/// Feeds a tracker hop by hop and records its events.
struct TrackerBench {
    var tracker: NoteTracker
    /// The events without the evidence of the onsets, which is in ``evidence``.
    var events: [NoteEvent] = []
    var evidence: [NoteEvidence] = []
    var hops = 0
    var sounding = [Float](repeating: 0, count: 128)
    var onset: [Float]?

    init(_ thresholds: NoteThresholds = NoteThresholds(), onsets: Bool = false, notes: ClosedRange<Int> = 0...127) {
        tracker = NoteTracker(thresholds: thresholds, notes: notes)
        if onsets { onset = [Float](repeating: 0, count: 128) }
    }

    var sample: Int64 { Int64(hops) * 512 }

    mutating func step(isOpen: Bool = true) {
        let frame = sounding
        var fresh: [NoteEvent] = []
        if let onset {
            tracker.process(sample: sample, sounding: frame.span, onset: onset.span, isOpen: isOpen, into: &fresh)
        } else {
            tracker.process(sample: sample, sounding: frame.span, onset: nil, isOpen: isOpen, into: &fresh)
        }
        hops += 1
        for event in fresh {
            guard case .on(var note) = event else {
                events.append(event)
                continue
            }
            evidence += note.evidence.map { [$0] } ?? []
            note.evidence = nil
            events.append(.on(note))
        }
    }

    /// Feeds one value per hop for one pitch.
    mutating func play(_ pitch: Int, _ values: [Float], onsets: [Float] = []) {
        for (index, value) in values.enumerated() {
            sounding[pitch] = value
            if onset != nil { onset?[pitch] = index < onsets.count ? onsets[index] : 0 }
            step()
        }
    }
}

func held(_ value: Float, _ count: Int) -> [Float] { [Float](repeating: value, count: count) }

@Suite struct NoteTrackerTests {
    @Test func noteSpansRiseToFall() {
        var bench = TrackerBench()
        bench.play(60, held(0.1, 10) + held(0.9, 20) + held(0.3, 5) + held(0.1, 10))
        #expect(
            bench.events == [
                .on(NoteOnset(pitch: 60, sample: 10 * 512, velocity: 64, confidence: Double(Float(0.9)))),
                .off(NoteOffset(pitch: 60, sample: 35 * 512, onsetSample: 10 * 512)),
            ])
    }

    @Test func noteIsPublishedOneHopAfterRise() {
        var bench = TrackerBench()
        bench.play(60, held(0, 5) + held(0.9, 1))
        #expect(bench.events.isEmpty)
        bench.play(60, held(0.9, 1))
        #expect(bench.events.count == 1)
        #expect(bench.tracker.soundingNotes.map(\.pitch) == [60])
    }

    @Test func flickersAreIgnored() {
        var bench = TrackerBench()
        for _ in 0..<20 { bench.play(60, [0.9, 0, 0.39, 0.1]) }
        #expect(bench.events.isEmpty)
    }

    @Test func oneHopGapsDoNotEndNotes() {
        var bench = TrackerBench()
        bench.play(60, held(0.6, 10) + [0.15] + held(0.6, 10) + [0.15] + held(0.6, 10))
        #expect(bench.events.count == 1)
    }

    @Test func notesLastAtLeastTheMinimum() {
        var bench = TrackerBench(NoteThresholds(minimumDuration: 0.1))
        bench.play(60, held(0, 4) + held(0.9, 3) + held(0, 30))
        #expect(bench.events.last == .off(NoteOffset(pitch: 60, sample: 4 * 512 + 4410, onsetSample: 4 * 512)))
    }

    @Test func linearModelScoresAreClipped() {
        var bench = TrackerBench()
        bench.play(60, held(7.5, 4) + held(-3, 10))
        #expect(bench.events.first == .on(NoteOnset(pitch: 60, sample: 0, velocity: 64, confidence: 1)))
        #expect(bench.events.count == 2)
    }

    @Test func nonFinitePosteriorsCountAsSilence() {
        var bench = TrackerBench(onsets: true)
        bench.play(60, held(.nan, 20), onsets: held(.nan, 20))
        bench.play(61, held(-.infinity, 20), onsets: held(.infinity, 20))
        #expect(bench.events.isEmpty)
    }

    /// The release advance in seconds, and the expected shift in samples: between 0 and 0.1 s.
    @Test(arguments: zip([0.02, 0, -3, Double.nan, 9], [Int64(882), 0, 0, 0, 4410]))
    func releaseAdvanceShiftsEnds(seconds: Double, samples: Int64) {
        var bench = TrackerBench(NoteThresholds(releaseAdvance: seconds))
        bench.play(60, held(0.1, 10) + held(0.9, 25) + held(0.1, 10))
        #expect(bench.events.last == .off(NoteOffset(pitch: 60, sample: 35 * 512 - samples, onsetSample: 10 * 512)))
    }

    @Test func releaseAdvanceKeepsMinimumDuration() {
        var bench = TrackerBench(NoteThresholds(minimumDuration: 0.1, releaseAdvance: 0.1))
        bench.play(60, held(0, 4) + held(0.9, 14) + held(0, 30))
        #expect(bench.events.last == .off(NoteOffset(pitch: 60, sample: 4 * 512 + 4410, onsetSample: 4 * 512)))
    }

    /// With an onset head, the evidence is the onset posterior: the sounding posterior may be high for other reasons.
    @Test func evidenceIsOnsetPosterior() {
        var bench = TrackerBench(NoteThresholds(on: 0.9, off: 0.2, onset: 0.4), onsets: true)
        bench.play(60, [0, 0.99, 0.99, 0.99], onsets: [0, 0.5, 0.1, 0.1])
        bench.play(60, held(0.99, 20), onsets: held(0, 10) + [0.2, 0.75, 0.3])
        bench.play(62, held(0.95, 10), onsets: [0.1, 0.3, 0.2])
        let notes = bench.events.compactMap { event -> NoteOnset? in
            if case .on(let note) = event { note } else { nil }
        }
        #expect(notes.map(\.pitch) == [60, 60, 62])
        // The last note is late: its onset stayed below the threshold.
        #expect(notes.map { Float($0.confidence) } == [0.5, 0.75, 0.3])
        #expect(bench.evidence.map { Float($0.height) } == [0.5, 0.75, 0.3])
        #expect(bench.evidence.map(\.beginning) == [.fresh, .repeated, .late])
        #expect(bench.evidence.map(\.velocity) == [64, 64, 64])
    }

    /// The curve uses all of the evidence.
    @Test func confidenceComesFromCurve() {
        let curve = ConfidenceCurve(offset: 0.2, slope: 0.7, velocity: 0.5, repeated: -1, late: -2)
        var tracker = NoteTracker(thresholds: NoteThresholds(on: 0.9, off: 0.2, onset: 0.4), confidence: curve)
        var events: [NoteEvent] = []
        var (sounding, onset) = ([Float](repeating: 0, count: 128), [Float](repeating: 0, count: 128))
        for (hop, height) in ([0, 0.6, 0] + held(0, 10) + [0.8, 0]).enumerated() {
            (sounding[60], onset[60]) = (0.95, height)
            tracker.process(
                sample: Int64(hop * 512), sounding: sounding.span, onset: onset.span, velocity: { $0 + 30 },
                into: &events)
        }
        let confidences = events.compactMap { event -> Double? in
            if case .on(let note) = event { note.confidence } else { nil }
        }
        let expected = [
            NoteEvidence(height: Double(Float(0.6)), velocity: 90),
            NoteEvidence(height: Double(Float(0.8)), velocity: 90, beginning: .repeated),
        ].map(curve.probability)
        #expect(confidences == expected)
    }

    @Test func dipsAreRepetitionsWithoutOnsetHead() {
        var bench = TrackerBench()
        bench.play(60, held(0.9, 20) + [0.6, 0.35, 0.3, 0.5, 0.85] + held(0.9, 20))
        let strike = Int64(23 * 512)
        #expect(bench.events.count == 3)
        #expect(bench.events.dropFirst().first == .off(NoteOffset(pitch: 60, sample: strike, onsetSample: 0)))
        #expect(bench.events.last?.sample == strike)
    }

    @Test func oneHopDipIsNotARepetition() {
        var bench = TrackerBench()
        bench.play(60, held(0.9, 20) + [0.25] + held(0.9, 20))
        #expect(bench.events.count == 1)
    }

    @Test func smallDipIsNotARepetition() {
        var bench = TrackerBench()
        bench.play(60, held(0.9, 20) + [0.8, 0.6, 0.6, 0.8] + held(0.9, 20) + held(0.5, 30) + held(0.7, 10))
        #expect(bench.events.count == 1)
    }

    @Test func closedGateEndsAndPreventsNotes() {
        var bench = TrackerBench()
        bench.sounding[60] = 1
        for _ in 0..<10 { bench.step(isOpen: false) }
        #expect(bench.events.isEmpty)
        for _ in 0..<10 { bench.step() }
        for _ in 0..<10 { bench.step(isOpen: false) }
        #expect(bench.events.map(\.sample) == [10 * 512, 20 * 512])
    }

    @Test func untrainedNotesAreIgnored() {
        var bench = TrackerBench(notes: 60...62)
        bench.sounding = held(1, 128)
        for _ in 0..<5 { bench.step() }
        #expect(bench.events.map(\.pitch) == [60, 61, 62])
    }

    @Test func thresholdsChangeImmediately() {
        var bench = TrackerBench()
        bench.play(60, held(0.3, 10))
        #expect(bench.events.isEmpty)
        bench.tracker.thresholds.on = 0.25
        bench.play(60, held(0.3, 2))
        #expect(bench.events.count == 1)
        bench.tracker.thresholds.on = 0.8
        bench.tracker.thresholds.off = 0.7
        bench.play(60, held(0.3, 10))
        #expect(bench.events.count == 2)
    }

    @Test func invalidThresholdsDoNotTurnSilenceIntoNotes() {
        for value in [0, -1, .nan, .infinity] {
            var bench = TrackerBench(NoteThresholds(on: value, off: value, onset: value, minimumDuration: value))
            bench.play(60, held(0, 20))
            #expect(bench.events.isEmpty, "\(value)")
        }
    }
}

@Suite struct OnsetTrackingTests {
    @Test func noteStartsAtOnsetMaximum() {
        var bench = TrackerBench(onsets: true)
        bench.play(60, [0, 0.1, 0.3, 0.6, 0.9] + held(0.9, 10), onsets: [0, 0.2, 0.6, 0.8, 0.5, 0.1])
        #expect(bench.events.count == 1)
        #expect(bench.events.first?.sample == Int64(3 * 512 - 441))
        // The maximum is detected exactly one hop later.
        var live = TrackerBench(onsets: true)
        live.play(60, [0, 0.1, 0.3, 0.6], onsets: [0, 0.2, 0.6, 0.8])
        #expect(live.events.isEmpty)
        live.play(60, [0.9], onsets: [0.5])
        #expect(live.events.count == 1)
    }

    @Test func onsetWithoutSoundingNoteIsIgnored() {
        var bench = TrackerBench(onsets: true)
        bench.play(60, held(0.1, 20), onsets: [0, 0.5, 0.9, 0.5, 0])
        #expect(bench.events.isEmpty)
    }

    @Test func onsetWaitsForSoundingPosterior() {
        var bench = TrackerBench(onsets: true)
        bench.play(60, [0, 0, 0, 0.05, 0.1, 0.5, 0.9, 0.9], onsets: [0, 0.5, 0.9, 0.5, 0])
        #expect(bench.events.first?.sample == Int64(2 * 512 - 441))
    }

    @Test func missedOnsetStartsLateNote() {
        var bench = TrackerBench(onsets: true)
        bench.play(60, held(0, 3) + held(0.9, NoteTracker.lateHops - 1))
        #expect(bench.events.isEmpty)
        bench.play(60, held(0.9, 1))
        #expect(bench.events.first?.sample == Int64(3 * 512))
    }

    @Test func repeatedOnsetsRestartHeldNote() {
        var bench = TrackerBench(onsets: true)
        let strike: [Float] = [0.2, 0.9, 0.3, 0, 0, 0, 0, 0, 0, 0]
        for _ in 0..<3 { bench.play(60, held(0.9, 10), onsets: strike) }
        let hops: [Int64] = [1, 11, 11, 21, 21]
        #expect(bench.events.map(\.sample) == hops.map { $0 * 512 - 441 })
    }

    @Test func closeOnsetMaximaAreOneNote() {
        var bench = TrackerBench(onsets: true)
        bench.play(60, held(0.9, 20), onsets: [0.2, 0.9, 0.5, 0.8, 0.3])
        #expect(bench.events.count == 1)
    }
}

/// Properties that hold for any posteriors.
@Suite struct NoteTrackerProperties {
    @Test(arguments: 0..<12) func eventsAlternateAndEnd(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let thresholds = NoteThresholds(
            on: .random(in: 0...1, using: &generator), off: .random(in: 0...1, using: &generator),
            onset: .random(in: 0...1, using: &generator), minimumDuration: .random(in: 0...0.2, using: &generator))
        var bench = TrackerBench(thresholds, onsets: seed % 2 == 0, notes: 40...59)
        for hop in 0..<320 {
            for pitch in 40..<60 {
                let jump = Float.random(in: 0...1, using: &generator) < 0.1
                if jump { bench.sounding[pitch] = .random(in: -0.5...1.5, using: &generator) }
                if bench.onset != nil { bench.onset?[pitch] = .random(in: -0.2...1.2, using: &generator) }
            }
            bench.step(isOpen: hop % 97 < 80)
            if hop % 151 == 150 {
                bench.tracker.releaseAll(at: bench.sample - 512, into: &bench.events)
                #expect(bench.tracker.soundingNotes.isEmpty)
            }
        }
        bench.tracker.releaseAll(at: bench.sample, into: &bench.events)
        #expect(bench.tracker.soundingNotes.isEmpty)
        #expect(bench.events.count > 20)
        expectValid(bench.events, hop: 512)
    }
}

/// Checks that note-ons and note-offs alternate, note-offs refer to their note-on, samples never decrease, and values
/// are in range.
func expectValid(_ events: [NoteEvent], hop: Int64, sourceLocation: SourceLocation = #_sourceLocation) {
    var sounding: [Int: NoteOnset] = [:]
    var last: [Int: Int64] = [:]
    for event in events {
        #expect(event.sample >= last[event.pitch] ?? 0, "\(event)", sourceLocation: sourceLocation)
        last[event.pitch] = event.sample
        switch event {
        case .on(let note):
            #expect(sounding[note.pitch] == nil, "\(note) while sounding", sourceLocation: sourceLocation)
            #expect(
                (1...127).contains(note.velocity) && (0...1).contains(note.confidence), sourceLocation: sourceLocation)
            sounding[note.pitch] = note
        case .off(let note):
            #expect(
                sounding.removeValue(forKey: note.pitch)?.sample == note.onsetSample, "\(note) ends nothing",
                sourceLocation: sourceLocation)
            #expect(note.sample > note.onsetSample, sourceLocation: sourceLocation)
        }
    }
    #expect(sounding.isEmpty, "notes without note-off: \(sounding)", sourceLocation: sourceLocation)
}
