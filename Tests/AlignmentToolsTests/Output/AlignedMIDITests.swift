import Alignment
import AlignmentSamples
import AlignmentTools
import Basics
import Foundation
import Music
import Scores
import Testing

@Suite("Aligned MIDI")
struct AlignedMIDITests {
    /// Seconds.
    private let tolerance = 0.001

    /// The notes as a MIDI player plays them, sorted by start.
    private func performed(_ file: MIDIFile) throws -> [Music.Note] {
        MIDIPerformance(try MIDIFile(data: file.data, name: "aligned.mid")).notes
    }

    private func expectEqual(_ file: MIDIFile, _ alignment: ScoreAlignment, _ score: Score) throws {
        let expected = LabelFile(alignment, of: score).labels.map(\.note)
        let found = try performed(file)
        try #require(found.count == expected.count)
        let order = { (notes: [Music.Note]) in
            notes.sorted { ($0.pitch, $0.start, $0.end) < ($1.pitch, $1.start, $1.end) }
        }
        for (a, b) in zip(order(found), order(expected)) {
            #expect(a.pitch == b.pitch && abs(a.start - b.start) < tolerance && abs(a.end - b.end) < tolerance)
            #expect(a.program == b.program)
        }
    }

    @Test("random alignments are reproduced: tempo changes, skips, repeats, pauses, notes off the beat")
    func fuzz() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<60 {
            let score = Samples.score(measures: 6, parts: Int.random(in: 1...3, using: &random))
            var alignment = ScoreAlignment(stretches: [], notes: [], duration: 0)
            var time = Double.random(in: 0...4, using: &random)
            for stretch in 0..<Int.random(in: 1...3, using: &random) {
                let first = Double(Int.random(in: 0...20, using: &random))
                var anchors = [ScoreAlignment.Anchor(beat: first, time: time)]
                var beat = first
                while beat < 24 {
                    beat += Double.random(in: 0.1...1.5, using: &random)
                    // Occasionally no time passes, or a fermata occurs.
                    time +=
                        Int.random(in: 0...9, using: &random) == 0
                        ? Double.random(in: 0...6, using: &random) * Double(Int.random(in: 0...1, using: &random))
                        : Double.random(in: 0.05...0.9, using: &random)
                    anchors.append(.init(beat: beat, time: time))
                }
                let part = ScoreAlignment.Stretch(anchors: anchors)
                alignment.stretches.append(part)
                for (index, note) in score.notes.enumerated() where note.onset >= first {
                    let offBeat = Int.random(in: 0...3, using: &random) == 0 ? 0.02 : 0
                    let start = part.time(atBeat: note.onset) + offBeat
                    let end = max(part.time(atBeat: note.end), start + 0.05)
                    alignment.notes.append(.init(note: index, stretch: stretch, start: start, end: end))
                }
                time += Double.random(in: 0...3, using: &random)
            }
            alignment.duration = time + 60
            try expectEqual(MIDIFile(alignment, of: score), alignment, score)
        }
    }

    @Test("measures are preserved: beats lie on their ticks, in 4/4, after measures of rest")
    func measures() throws {
        let score = Samples.score(measures: 4)
        let file = MIDIFile(Samples.alignment(score, [(0...16, 2.03, 0.61)]), of: score)
        let rest = 3 * AlignedTicks.quarter
        let starts = file.tracks[1].compactMap { event in
            if case .noteOn = event.message { event.tick } else { nil }
        }
        #expect(starts == (0..<16).map { rest + $0 * AlignedTicks.quarter })
        let signatures = file.tracks[0].compactMap { event -> String? in
            if case .timeSignature(let a, let b) = event.message {
                "\(event.tick / AlignedTicks.quarter): \(a)/\(b)"
            } else {
                nil
            }
        }
        #expect(signatures == ["0: 3/4", "3: 4/4"])
        #expect(file.tracks[0].count { if case .tempo = $0.message { true } else { false } } <= 3)
    }

    @Test("incomplete measures have time signatures of their own")
    func pickup() {
        var score = Samples.score(measures: 2)
        score.measures[0].length = 1
        score.passages[0].length = 1
        score.passages[1].start = 1
        let file = MIDIFile(Samples.alignment(score, [(0...3, 0, 0.5), (1...5, 1.5, 0.5)]), of: score)
        let signatures = file.tracks[0].compactMap { event -> String? in
            if case .timeSignature(let a, let b) = event.message { "\(a)/\(b)" } else { nil }
        }
        #expect(signatures == ["1/4", "2/4", "4/4"])
    }

    @Test("each part that plays has a named track with its program; thirty parts share fifteen channels")
    func parts() throws {
        let score = Samples.score(measures: 2, parts: 30, percussion: true)
        let alignment = Samples.alignment(score, [(0...8, 0.5, 0.4)])
        let file = MIDIFile(alignment, of: score)
        #expect(file.tracks.count == 31)
        let names = file.tracks.compactMap { events -> String? in
            if case .text(kind: 3, let name) = events.first?.message { name } else { nil }
        }
        #expect(names == ["Study"] + (1...30).map { "Part \($0)" })
        #expect(!file.tracks.joined().contains { $0.message.channel == 9 })
        let few = Samples.score(measures: 2, parts: 15)
        let played = Samples.alignment(few, [(0...8, 0.5, 0.4)])
        try expectEqual(MIDIFile(played, of: few), played, few)
    }
}

private enum AlignedTicks {
    static let quarter = 10_080
}
