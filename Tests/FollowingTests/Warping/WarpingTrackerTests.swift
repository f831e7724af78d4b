import AllocationCounter
import CLinux
import Music
import Scores
import Testing

@testable import Following
@testable import FollowingSounds

/// The reference methods, on a small score that is rendered with the sounds that they compare it with.
@Suite struct WarpingTrackerTests {
    static let methods: [FollowingMethod] = [.dixon, .arzt]

    /// A scale up and down, four notes a second.
    let pitches = [60, 62, 64, 65, 67, 69, 71, 72, 74, 72, 71, 69, 67, 65, 64, 62, 60, 64, 67, 72]
    var notes: [Note] {
        pitches.enumerated().map { Note(pitch: $1, start: 0.25 * Double($0), end: 0.25 * Double($0 + 1)) }
    }
    static let prepared = Result { () throws -> FollowingScore in
        let tests = WarpingTrackerTests()
        return try FollowingScore.prepare(
            Score(MIDIFile(notes: tests.notes), name: "scale"), name: "scale", sounds: .synthetic, cache: nil)
    }

    /// The score, rendered at another pace and after some silence.
    func audio(pace: Double = 1, silence: Double = 0) -> [Float] {
        let rate = 44_100.0
        var samples = [Float](repeating: 0, count: Int((silence + 6 / pace + 3) * rate))
        for note in notes {
            var sound = [Float](repeating: 0, count: Int((note.end - note.start) / pace * rate))
            SyntheticNote.play(pitch: note.pitch, into: &sound)
            let start = Int((silence + note.start / pace) * rate)
            for index in sound.indices { samples[start + index] += sound[index] }
        }
        return samples
    }

    func follow(_ samples: [Float], _ method: FollowingMethod, goTo beat: Double? = nil) throws -> [FollowingReport] {
        let follower = try Follower(try Self.prepared.get(), options: .init(method: method))
        if let beat { follower.goTo(beat: beat) }
        return stride(from: 0, to: samples.count - 511, by: 512).map {
            follower.process(samples.span.extracting($0..<$0 + 512))
        }
    }

    @Test(arguments: methods, [1.0, 0.7, 1.4]) func followsAtAnyPace(
        method: FollowingMethod, pace: Double
    ) throws {
        let reports = try follow(audio(pace: pace), method)
        for report in reports where report.sample > 66_150 && Double(report.sample) < 4.9 / pace * 44_100 {
            let expected = Double(report.sample) / 44_100 * pace
            #expect(abs(report.scoreSeconds - expected) < 0.15)
            #expect(report.state == .following)
        }
        let last = try #require(reports.last)
        #expect(last.state == .ended && last.event == pitches.count - 1)
        let late = try #require(reports.first { Double($0.sample) > 4.5 / pace * 44_100 })
        #expect(abs(late.tempo / (120 * pace) - 1) < 0.15)
    }

    @Test(arguments: methods) func waitsThroughSilence(method: FollowingMethod) throws {
        let reports = try follow(audio(silence: 3), method)
        for report in reports where report.sample < 3 * 44_100 {
            #expect(report.state == .waiting && report.scoreSeconds == 0)
        }
        let later = try #require(reports.first { $0.sample > 6 * 44_100 })
        #expect(abs(later.scoreSeconds - 3) < 0.15)
    }

    @Test(arguments: methods) func beginsAtADeclaredPosition(method: FollowingMethod) throws {
        let whole = audio()
        let reports = try follow(Array(whole[(2 * 44_100)...]), method, goTo: 4)
        for report in reports where report.sample > 22_050 && report.sample < Int64(2.5 * 44_100) {
            #expect(abs(report.scoreSeconds - 2 - Double(report.sample) / 44_100) < 0.15)
        }
    }

    @Test(arguments: methods) func laterAudioChangesNoReport(method: FollowingMethod) throws {
        let samples = audio()
        let all = try follow(samples, method)
        for seconds in [0.5, 2, 3.3] {
            let part = try follow(Array(samples.prefix(Int(seconds * 44_100))), method)
            #expect(part.count > 40 && Array(all.prefix(part.count)) == part)
        }
    }

    /// Number of allocator calls by this thread.
    func allocations(_ body: () -> Void) -> Int {
        let thread = clinux_gettid()
        let before = allocation_count(thread)
        body()
        return allocation_count(thread) - before
    }

    @Test(.enabled(if: allocation_counting_works()), arguments: methods)
    func aHopAllocatesNothing(method: FollowingMethod) throws {
        let samples = audio()
        let starts = Array(stride(from: 0, to: samples.count - 511, by: 512))
        let follower = try Follower(try Self.prepared.get(), options: .init(method: method))
        var ended = 0
        func play() {
            for index in starts.indices {
                let report = follower.process(samples.span.extracting(starts[index]..<starts[index] + 512))
                if report.state == .ended { ended += 1 }
            }
        }
        play()
        follower.goTo(beat: 0)
        let all = allocations(play)
        #expect(ended > 20)
        // Without optimisation the loops over bands allocate; that is not measured here.
        let spectrum = try SlidingSpectrum()
        let ofSpectrum = allocations {
            for index in starts.indices {
                spectrum.process(samples.span.extracting(starts[index]..<starts[index] + 512))
            }
        }
        #expect(all == ofSpectrum, "\(all - ofSpectrum) allocations in \(starts.count) hops")
    }

    @Test(arguments: methods) func aPauseHoldsThePosition(method: FollowingMethod) throws {
        let samples = audio()
        let follower = try Follower(try Self.prepared.get(), options: .init(method: method))
        var held = 0.0
        for (index, start) in stride(from: 0, to: samples.count - 511, by: 512).enumerated() {
            if index == 150 { follower.pause() }
            let report = follower.process(samples.span.extracting(start..<start + 512))
            if index == 149 { held = report.scoreSeconds }
            if index >= 150 { #expect(report.scoreSeconds == held && report.state == .holding) }
        }
        #expect(held > 1)
    }

    @Test(arguments: methods) func invalidAudioAndPositionsAreHandled(method: FollowingMethod) throws {
        let score = try Score(MIDIFile(notes: [Note(pitch: 60, start: 0, end: 1)]), name: "one")
        let noise = (0..<200_000).map { $0 % 3 == 0 ? Float.nan : Float($0 % 100) * 1e30 }
        let prepared = try FollowingScore.prepare(score, name: "one", sounds: .synthetic, cache: nil)
        let follower = try Follower(prepared, options: .init(method: method))
        for beat in [-Double.infinity, .nan, 1e300, -5] {
            follower.goTo(beat: beat)
            for start in stride(from: 0, to: noise.count, by: 700) {
                let report = follower.process(noise.span.extracting(start..<min(noise.count, start + 700)))
                #expect(report.beat >= 0 && report.beat <= score.length)
            }
        }
        // A score without sounds cannot be followed.
        #expect(throws: FollowingError.self) {
            try Follower(try FollowingScore(score, name: "one"), options: .init(method: method))
        }
    }
}

@Suite struct PaceEstimateTests {
    @Test func findsASteadyPace() {
        var estimate = PaceEstimate()
        #expect(estimate.pace == 1)
        for index in 0..<1000 {
            estimate.add(5 + 0.7 * Double(index) * 0.01, after: 0.01)
            if index < 100 { #expect(estimate.pace == 1) }
        }
        #expect(abs(estimate.pace - 0.7) < 1e-6)
        // A new pace is found after some seconds.
        for index in 0..<2000 { estimate.add(12 + 1.5 * Double(index) * 0.01, after: 0.01) }
        #expect(abs(estimate.pace - 1.5) < 0.02)
    }

    @Test func thePaceIsLimited() {
        var estimate = PaceEstimate()
        for _ in 0..<1000 { estimate.add(3, after: 0.01) }
        #expect(estimate.pace == 0.1)
    }
}
