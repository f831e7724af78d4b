import AlignmentSamples
import Foundation
import Scores
import Sound
import Testing

@testable import Alignment
@testable import AlignmentTools

@Suite("Images of an alignment")
struct PictureTests {
    @Test("costs are low along the alignment and high elsewhere")
    func costs() throws {
        let folder = try ScratchFolder()
        let score = Samples.score(measures: 4)
        let alignment = Samples.alignment(score)
        try Samples.record(alignment, of: score, to: folder.file("a.wav"))
        let matrix = try CostMatrix(
            score: score, audio: folder.file("a.wav"), duration: alignment.duration, rows: 64, columns: 100)
        func cost(beat: Double, time: Double) -> Double {
            let row = Int(beat / matrix.beats.upperBound * 64)
            return matrix.costs[row * 100 + Int(time / matrix.times.upperBound * 100)]
        }
        let middles = (0..<16).map { Double($0) + 0.5 }
        let along = middles.map { cost(beat: $0, time: 1 + 0.5 * $0) }
        let beside = middles.flatMap { beat in
            middles.filter { abs($0 - beat) > 1 }.map { cost(beat: beat, time: 1 + 0.5 * $0) }
        }
        #expect(along.allSatisfy { $0 < 0.6 })
        let meanAlong = along.reduce(0, +) / Double(along.count)
        let meanBeside = beside.reduce(0, +) / Double(beside.count)
        #expect(meanAlong < meanBeside - 0.3)
        #expect(cost(beat: 8.5, time: 0.5) == 1, "silence matches nothing")
    }

    @Test("a tone appears in its band at its time", arguments: [36, 57, 69, 90])
    func tone(pitch: Int) throws {
        let folder = try ScratchFolder()
        let frequency = 440 * pow(2, Double(pitch - 69) / 12)
        let samples = (0..<3 * 44_100).map { index -> Float in
            (44_100..<2 * 44_100).contains(index) ? 0.5 * Float(sin(2 * .pi * frequency * Double(index) / 44_100)) : 0
        }
        try AudioFileWriter.write(samples, to: folder.file("a.wav"))
        let picture = try PitchSpectrogram(
            path: folder.file("a.wav"), times: 0.5...2.5, columns: 200, hop: 0.01, pitches: 30...100, perSemitone: 1)
        #expect(picture.bands == 71 && picture.powers.count == 71 * 200)
        func loudest(_ column: Int) -> Int {
            (0..<71).max { picture.powers[$0 * 200 + column] < picture.powers[$1 * 200 + column] } ?? 0
        }
        // Bass bands are narrower than the transform's bins.
        let distance = abs(loudest(100) + 30 - pitch)
        #expect(distance <= (pitch < 50 ? 2 : 0))
        let track = (0..<200).map { picture.powers[loudest(100) * 200 + $0] }
        let half = (track.max() ?? 0) / 2
        let first = track.firstIndex { $0 > half } ?? 0
        let last = track.lastIndex { $0 > half } ?? 0
        #expect(abs(first - 50) <= 3 && abs(last - 150) <= 3)
    }

    @Test("tones do not depend on the block size")
    func blocks() {
        let tones = (0..<20).map {
            ToneMixer.Tone(
                start: 500 * $0, length: 1 + 900 * ($0 % 5), frequency: 0.01 + 0.001 * Double($0), amplitude: 0.1)
        }
        func mix(block: Int) -> [Float] {
            var mixer = ToneMixer(tones.reversed())
            var result: [Float] = []
            while result.count < 16_384 {
                var samples = [Float](repeating: 0, count: block)
                mixer.add(to: &samples, count: block)
                result += samples
            }
            return Array(result.prefix(16_384))
        }
        let whole = mix(block: 16_384)
        #expect(whole.contains { abs($0) > 0.05 })
        for block in [1, 7, 100, 4096] { #expect(mix(block: block) == whole) }
        #expect(ToneMixer(tones).ceiling > 0.15)
        #expect(whole.allSatisfy { abs($0) <= ToneMixer(tones).ceiling })
    }
}
