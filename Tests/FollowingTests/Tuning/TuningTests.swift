import AllocationCounter
import CLinux
import Foundation
import Testing

@testable import Following

/// The follower's features at tunings other than A4 = 440 Hz.
@Suite struct SpectrumShiftTests {
    private static func chord(_ ratio: Double) -> [Float] {
        (0..<4096).map { index in
            let time = Double(index) * ratio / 44_100
            return [98.0, 440, 660, 1318.5, 3520].reduce(Float(0)) { $0 + 0.1 * Float(sin(2 * .pi * $1 * time + 1)) }
        }
    }

    private static func magnitudes(_ samples: [Float], _ shift: SpectrumShift?) throws -> [Float] {
        let spectrum = try SlidingSpectrum()
        spectrum.retune(shift)
        for start in stride(from: 0, to: samples.count, by: 512) {
            spectrum.process(samples.span.extracting(start..<start + 512))
        }
        return spectrum.magnitudes
    }

    /// A table for a ratio of 1 gives what the windowed transform gives.
    @Test func aRatioOfOneChangesNothing() throws {
        let plain = try Self.magnitudes(Self.chord(1), nil)
        let shifted = try Self.magnitudes(Self.chord(1), SpectrumShift(ratio: 1))
        let largest = try #require(plain.max())
        for band in plain.indices { #expect(abs(plain[band] - shifted[band]) < 1e-3 * largest) }
        #expect(SpectrumShift.tuning(a4: 440) == nil)
    }

    /// At their tuning, shifted tones have the bands of tones at 440 Hz.
    @Test(arguments: [415.0, 427, 452, 466]) func bandsFollowTheTuning(a4: Double) throws {
        let plain = try Self.magnitudes(Self.chord(1), nil)
        let shifted = try Self.magnitudes(Self.chord(a4 / 440), SpectrumShift.tuning(a4: a4))
        let mistuned = try Self.magnitudes(Self.chord(a4 / 440), nil)
        let largest = try #require(plain.max())
        // The window has as many samples at any ratio, so the flanks of the tones differ a little.
        var (own, other): (Float, Float) = (0, 0)
        for band in plain.indices {
            own = max(own, abs(plain[band] - shifted[band]))
            other = max(other, abs(plain[band] - mistuned[band]))
        }
        #expect(own < 0.2 * largest, "\(own / largest)")
        #expect(other > 2 * own, "\(other / largest) and \(own / largest)")
    }

    @Test func ratiosAreLimited() {
        #expect(SpectrumShift(ratio: 0).ratio == SpectrumShift.ratios.lowerBound)
        #expect(SpectrumShift(ratio: .infinity).ratio == SpectrumShift.ratios.upperBound)
    }
}

/// The search for the semitone in which the players are tuned.
@Suite(.enabled(if: Played.soundFont != nil)) struct SemitoneFollowerTests {
    private static let notes = Played.notes(beats: 24, seed: 11)

    /// The performance, played slower or faster so that A4 has the given frequency.
    private static func performance(_ a4: Double) throws -> [Float] {
        let samples = try Played.sound(notes) { $0 }
        let ratio = a4 / 440
        let count = Int(Double(samples.count - 2) / ratio) / 512 * 512
        return (0..<count).map { index in
            let place = Double(index) * ratio
            let left = Int(place)
            let share = Float(place - Double(left))
            return samples[left] * (1 - share) + samples[left + 1] * share
        }
    }

    private static func tuning(_ a4: Double) -> FollowerTuning {
        func neighbour(_ ratio: Double) -> Double? { (413...468).contains(a4 * ratio) ? a4 * ratio : nil }
        return FollowerTuning(a4: a4, neighbours: (neighbour(exp2(-1.0 / 12)), neighbour(exp2(1.0 / 12))))
    }

    /// - Returns: the decision, the second at which it was made, and the last report.
    private func follow(
        _ samples: [Float], startingAt a4: Double
    ) throws -> (semitones: Int?, second: Double, last: FollowingReport) {
        let follower = try SemitoneFollower(Played.score(Self.notes))
        follower.retune(Self.tuning(a4))
        follower.searchSemitones()
        var decision: (Int, Double)?
        var last: FollowingReport?
        for start in stride(from: 0, to: min(samples.count, 10 * 44_100), by: 512) {
            last = follower.process(samples.span.extracting(start..<start + 512))
            if let semitones = follower.decidedSemitones {
                #expect(decision == nil)
                decision = (semitones, Double(start) / 44_100)
            }
        }
        return (decision?.0, decision?.1 ?? .infinity, try #require(last))
    }

    @Test(arguments: [(415.3, -1), (440, 0), (466.16, 1)])
    func theSemitoneIsFound(a4: Double, semitones: Int) throws {
        let found = try follow(Self.performance(a4), startingAt: 440)
        #expect(found.semitones == semitones)
        #expect(found.second < 6)
        // The follower that takes over knows the position.
        #expect(found.last.state == .following)
        #expect(abs(found.last.scoreSeconds - Double(found.last.sample) / 44_100 * a4 / 440) < 0.3)
    }

    @Test func onlyNeighboursInRangeAreConsidered() throws {
        let found = try follow(Self.performance(427), startingAt: 452.4)
        #expect(found.semitones == -1)
    }

    @Test func withoutNeighboursNothingIsSearched() throws {
        let follower = try SemitoneFollower(Played.score(Self.notes))
        follower.retune(FollowerTuning(a4: 415))
        follower.searchSemitones()
        #expect(!follower.isSearching)
        #expect(follower.decidedSemitones == nil)
    }

    /// While three followers listen, a hop allocates what theirs allocate: nothing in an optimized build.
    @Test(.enabled(if: allocation_counting_works())) func searchingAllocatesNothing() throws {
        let samples = try Self.performance(440)
        let score = try Played.score(Self.notes)
        let thread = clinux_gettid()
        /// Allocations in 80 hops, fewer than a decision needs.
        func allocations(_ process: (Span<Float>) -> Void) -> Int {
            let before = allocation_count(thread)
            for hop in 0..<80 { process(samples.span.extracting(512 * hop..<512 * (hop + 1))) }
            return allocation_count(thread) - before
        }
        let follower = try SemitoneFollower(score)
        follower.retune(Self.tuning(440))
        follower.searchSemitones()
        let searching = allocations { _ = follower.process($0) }
        #expect(follower.isSearching)
        var alone = 0
        for a4 in [440.0, 415.3, 466.16] {
            let one = try Follower(score)
            if a4 != 440 { one.retune(FollowerTuning(a4: a4)) }
            alone += allocations { _ = one.process($0) }
        }
        // Each may allocate something once.
        #expect(abs(searching - alone) < 20, "\(searching) allocations instead of \(alone)")
    }

    /// Retuning keeps the position: a follower that is retuned in the middle goes on.
    @Test func retuningKeepsThePosition() throws {
        let samples = try Self.performance(427)
        let follower = try Follower(Played.score(Self.notes))
        var beat = 0.0
        for start in stride(from: 0, to: 8 * 44_100, by: 512) {
            if start / 512 == 430 { follower.retune(FollowerTuning(a4: 427)) }
            let report = follower.process(samples.span.extracting(start..<start + 512))
            #expect(report.jump == nil)
            beat = report.beat
        }
        #expect(abs(beat - 8 * 427 / 440 * 2) < 0.8)
    }
}
