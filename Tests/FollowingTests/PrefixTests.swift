import Basics
import Following
import FollowingSounds
import Foundation
import Music
import Scores
import Synthesis
import Testing

/// A follower is causal: its reports on the beginning of a recording don't depend on the rest.
///
/// Needs a soundfont to render the recording.
@Suite(.enabled(if: SoundFontLibrary().score() != nil)) struct PrefixTests {
    private static let hop = 512

    /// Six measures of broken chords with a bass, at 96 beats a minute.
    private static func notes() -> [Note] {
        let chords = [[60, 64, 67, 72], [62, 65, 69, 74], [55, 59, 65, 71], [57, 60, 64, 69]]
        let eighth = 60.0 / 96 / 2
        return (0..<48).flatMap { step in
            let chord = chords[step / 8 % 4]
            let start = Double(step) * eighth
            let note = Note(pitch: chord[step % 4] + step / 16, start: start, end: start + eighth, velocity: 80)
            guard step % 8 == 0 else { return [note] }
            return [note, Note(pitch: chord[0] - 24, start: start, end: start + 8 * eighth, velocity: 70)]
        }
    }

    /// The same, played faster, with half a second of silence before and two in the middle.
    private static func sound() throws -> [Float] {
        let played = notes().map { note in
            let shift = note.start < 7 ? 0.5 : 2.5
            return Note(
                pitch: note.pitch, start: note.start / 1.2 + shift, end: note.end / 1.2 + shift,
                velocity: note.velocity)
        }
        let font = try #require(SoundFontLibrary().score("TimGM6mb.sf2") ?? SoundFontLibrary().score())
        var samples: [Float] = []
        try ScoreSynthesizer(soundFont: font).render(played) { block in
            block.withUnsafeBufferPointer { samples += $0 }
        }
        return Array(samples.prefix(samples.count / hop * hop))
    }

    private static func score() throws -> FollowingScore {
        try FollowingScore.prepare(
            try Score(MIDIFile(notes: notes()), name: "chords"), name: "chords", sounds: .synthetic, cache: nil)
    }

    private static func reports(
        _ samples: [Float], _ score: FollowingScore, _ method: FollowingMethod
    ) throws -> [FollowingReport] {
        let follower = try Follower(score, options: FollowingOptions(method: method))
        return stride(from: 0, to: samples.count - hop + 1, by: hop).map { start in
            follower.process(samples.span.extracting(start..<start + hop))
        }
    }

    @Test(arguments: FollowingMethod.allCases) func laterAudioChangesNoReport(_ method: FollowingMethod) throws {
        let score = try Self.score()
        let samples = try Self.sound()
        let whole = try Self.reports(samples, score, method)
        #expect(whole.count == samples.count / Self.hop)
        var random = SplitMix64(seed: 11)
        for _ in 0..<2 {
            let hops = 1 + Int(random.next() % UInt64(whole.count))
            let beginning = samples[..<(hops * Self.hop)]
            #expect(try Self.reports(Array(beginning), score, method) == Array(whole[..<hops]), "after \(hops) hops")
        }
        // Noise in place of the rest changes nothing either.
        let hops = 1 + Int(random.next() % UInt64(whole.count / 2))
        let changed = samples[..<(hops * Self.hop)] + (0..<20 * Self.hop).map { _ in 0.5 * random.uniform() }
        let found = try Self.reports(Array(changed), score, method)
        #expect(Array(found[..<hops]) == Array(whole[..<hops]), "after \(hops) hops")
    }

    @Test(arguments: FollowingMethod.allCases) func samplesAdvanceByHops(_ method: FollowingMethod) throws {
        let score = try Self.score()
        let found = try Self.reports(Array(try Self.sound()[..<(200 * Self.hop)]), score, method)
        #expect(found.map(\.sample) == (1...200).map { Int64($0 * Self.hop) })
        for report in found {
            #expect((0...1).contains(report.confidence), "sample \(report.sample)")
            // Until the first note, the position is slightly before it.
            #expect((-0.01...score.score.length).contains(report.beat), "sample \(report.sample)")
        }
    }
}
