import Alignment
import AlignmentSamples
import Basics
import Foundation
import Music
import Scores
import Sound
import Synthesis
import Testing

/// Synthesises scores, and recordings of them with known times.
struct Studio {
    /// A passage of the score, its start time and its tempo.
    struct Take {
        var beats: Range<Double>
        /// Seconds.
        var start: Double
        /// Mean seconds per beat; the tempo varies by a fifth.
        var pace: Double

        func time(_ beat: Double) -> Double {
            start + pace * ((beat - beats.lowerBound) + 0.2 * (sin(beat / 3) - sin(beats.lowerBound / 3)))
        }
    }

    static var hasFonts: Bool { SoundFontLibrary().score() != nil }

    let folder: ScratchFolder
    var path: String { folder.path + "/audio.wav" }

    init() throws { folder = try ScratchFolder() }

    /// Two random parts in 4/4 at 120 bpm, in which no two measures are alike. The seed selects the piece.
    static func score(measures: Int = 12, seed: UInt64 = 3, program: Int = 0) throws -> Score {
        var random = SplitMix64(seed: seed)
        var file = MIDIFile(division: .ticksPerQuarter(480), tracks: [[], []])
        for track in 0...1 {
            file.tracks[track].append(.init(tick: 0, message: .program(channel: track, number: program)))
        }
        func add(_ track: Int, _ pitch: Int, _ beat: Double, _ length: Double) {
            let start = Int(480 * beat)
            file.tracks[track].append(.init(tick: start, message: .noteOn(channel: track, key: pitch, velocity: 80)))
            file.tracks[track].append(
                .init(tick: start + Int(480 * length), message: .noteOff(channel: track, key: pitch, velocity: 0)))
        }
        for beat in 0..<4 * measures {
            for half in 0...1 where half == 0 || Int.random(in: 0...2, using: &random) > 0 {
                add(0, 60 + Int.random(in: 0...19, using: &random), Double(beat) + Double(half) / 2, 0.45)
            }
            if beat % 2 == 0 { add(1, 38 + Int.random(in: 0...16, using: &random), Double(beat), 1.9) }
        }
        return try Score(file, name: "test")
    }

    /// Records takes with a different piano from the aligner's, if one is installed.
    ///
    /// - Parameters:
    ///   - noise: intervals in seconds with loud noise, such as applause.
    ///   - cents: detuning of the recording.
    func record(
        _ score: Score, _ takes: [Take], length: Double, noise: [Range<Double>] = [], cents: Double = 0
    ) throws {
        var notes: [Note] = []
        for take in takes {
            for note in score.notes where take.beats.contains(note.onset) {
                let start = take.time(note.onset)
                let end = max(start + 0.05, take.time(min(note.end, take.beats.upperBound)))
                notes.append(Note(pitch: note.pitch, start: start, end: end, velocity: 75, program: note.program))
            }
        }
        let font = try #require(SoundFontLibrary().score("TimGM6mb.sf2") ?? SoundFontLibrary().score())
        var samples: [Float] = []
        // Detunes by resampling; note times are scaled beforehand to compensate.
        let speed = pow(2, cents / 1200)
        let played = notes.map { note in
            var note = note
            note.start *= speed
            note.end *= speed
            return note
        }
        try ScoreSynthesizer(soundFont: font).render(played) { block in
            block.withUnsafeBufferPointer { samples += $0 }
        }
        if speed != 1 {
            samples = (0..<Int(Double(samples.count) / speed) - 1).map { index in
                let position = Double(index) * speed
                let share = Float(position - position.rounded(.down))
                return samples[Int(position)] * (1 - share) + samples[Int(position) + 1] * share
            }
        }
        let count = Int(44_100 * length)
        samples = Array(samples.prefix(count)) + [Float](repeating: 0, count: max(0, count - samples.count))
        var random = SplitMix64(seed: 9)
        let peak = samples.reduce(0) { max($0, abs($1)) }
        for part in noise {
            for index in Int(44_100 * part.lowerBound)..<min(count, Int(44_100 * part.upperBound)) {
                samples[index] += 0.3 * peak * random.gaussian()
            }
        }
        for index in samples.indices { samples[index] += 0.0003 * peak * random.gaussian() }
        try AudioFileWriter.write(samples, to: path)
    }

    /// The fraction of a take's notes that the alignment places within 50 ms.
    static func share(of take: Take, _ alignment: ScoreAlignment, _ score: Score) -> Double {
        let expected = score.notes.indices.filter { take.beats.contains(score.notes[$0].onset) }
        let found = expected.count { index in
            let truth = take.time(score.notes[index].onset)
            return alignment.notes.contains { $0.note == index && abs($0.start - truth) <= 0.05 }
        }
        return Double(found) / Double(max(1, expected.count))
    }
}
