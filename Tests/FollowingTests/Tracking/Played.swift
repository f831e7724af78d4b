import Basics
import Following
import FollowingSounds
import Foundation
import Music
import Scores
import Synthesis
import Testing

/// Synthetic scores, and audio of performances of them.
enum Played {
    static let hop = 512

    /// The soundfont of the performances. The sounds of the scores are synthetic.
    static var soundFont: String? { SoundFontLibrary().score("TimGM6mb.sf2") ?? SoundFontLibrary().score() }

    /// A melody over chords without repetitions, with a note every 0.3 s. A score of it has two beats per second.
    ///
    /// - Parameters:
    ///   - beats: of 0.6 s.
    ///   - seed: selects the piece.
    static func notes(beats: Int, seed: UInt64) -> [Note] {
        var random = SplitMix64(seed: seed)
        var notes: [Note] = []
        var pitch = 72
        for eighth in 0..<2 * beats {
            let start = Double(eighth) * 0.3
            pitch += Int(random.next() % 9) - 4
            if !(62...86).contains(pitch) { pitch = 74 }
            notes.append(Note(pitch: pitch, start: start, end: start + 0.3, velocity: 80))
            guard eighth % 4 == 0 else { continue }
            let root = 40 + Int(random.next() % 12)
            for interval in [0, 7, 16] {
                notes.append(Note(pitch: root + interval, start: start, end: start + 1.2, velocity: 70))
            }
        }
        return notes
    }

    static func score(_ notes: [Note]) throws -> FollowingScore {
        let score = try Score(MIDIFile(notes: notes), name: "piece")
        return try FollowingScore.prepare(score, name: "piece", sounds: .synthetic, cache: nil)
    }

    /// - Parameter time: maps a time in the score to the time of its performance, or to nil if it is not played.
    static func sound(_ notes: [Note], time: (Double) -> Double?) throws -> [Float] {
        let font = try #require(soundFont)
        let played = notes.compactMap { note -> Note? in
            guard let start = time(note.start), let end = time(note.end - 0.01) else { return nil }
            return Note(pitch: note.pitch, start: start, end: max(start + 0.05, end), velocity: note.velocity)
        }
        return try render(played.sorted { $0.start < $1.start }, font)
    }

    static func render(_ notes: [Note], _ font: String) throws -> [Float] {
        var samples: [Float] = []
        try ScoreSynthesizer(soundFont: font).render(notes) { block in
            block.withUnsafeBufferPointer { samples += $0 }
        }
        return Array(samples.prefix(samples.count / hop * hop))
    }

    static func follow(_ follower: Follower, _ samples: [Float]) -> [FollowingReport] {
        stride(from: 0, to: samples.count - hop + 1, by: hop).map { start in
            follower.process(samples.span.extracting(start..<start + hop))
        }
    }
}

extension [FollowingReport] {
    /// The report at a second of the audio.
    func at(_ second: Double) -> FollowingReport {
        self[Swift.min(count - 1, Swift.max(0, Int(second * 44_100) / 512))]
    }
}
