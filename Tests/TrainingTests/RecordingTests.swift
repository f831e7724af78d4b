import Basics
import Foundation
import Music
import Networks
import Sound
import Testing

@testable import Training

/// A recording's conditioned samples equal those of live analysis, whatever the audio format.
struct RecordingTests {
    private static let hop = 512
    private static let conditioning = LevelConditioning()

    /// A tone with rising amplitude and noise, 1.3 s.
    private static func signal() -> [Float] {
        var random = SplitMix64(seed: 5, step: 0, row: 0)
        return (0..<57_330).map { index in
            let time = Float(index) / 44_100
            return 0.3 * time * sin(2 * .pi * 311 * time) + 0.01 * (random.uniform() - 0.5)
        }
    }

    private static func withFile(
        _ samples: [Float], _ format: AudioFileWriter.Format, _ body: (String) throws -> Void
    ) throws {
        let name = format == .flac16 ? "a.flac" : "a.wav"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recording-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent(name).path
        try AudioFileWriter.write(samples, to: path, format: format)
        try body(path)
    }

    private static func conditioned(_ samples: [Float]) -> [Float] {
        var conditioner = LevelConditioner(conditioning, hop: hop, sampleRate: 44_100)
        var result = samples + [Float](repeating: 0, count: hop - samples.count % hop)
        for start in stride(from: 0, to: result.count, by: hop) {
            var block = Array(result[start..<start + hop])
            var span = block.mutableSpan
            conditioner.process(&span)
            result.replaceSubrange(start..<start + hop, with: block)
        }
        return Array(result[..<samples.count])
    }

    private static func open(
        _ path: String, notes: [Note] = [], conditioning: LevelConditioning? = conditioning, limit: Int = 1 << 26
    ) throws -> Recording {
        try Recording(
            audio: path, notes: notes, conditioning: conditioning, hop: hop, sampleRate: 44_100, residentLimit: limit)
    }

    private static func read(_ recording: Recording, from: Double, ratio: Double = 1, count: Int) -> [Float] {
        var result = [Float](repeating: 1, count: count)
        result.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            recording.add(from: from, ratio: ratio, count: count, gain: 2, to: base)
        }
        return result
    }

    @Test(arguments: [AudioFileWriter.Format.wav16, .wavFloat, .flac16])
    func equalsLiveConditioning(format: AudioFileWriter.Format) throws {
        let signal = Self.signal()
        let expected = Self.conditioned(signal)
        // One step of 16 bits, times the largest gain, times the factor of 2 in `read`.
        let tolerance: Float = format == .wavFloat ? 1e-5 : 0x1p-15 * 50 * 2 * 1.1
        try Self.withFile(signal, format) { path in
            let recording = try Self.open(path, limit: 3_000)
            #expect(recording.count == signal.count)
            for (first, count) in [(0, 57_330), (1_000, 700), (-600, 1_500), (57_000, 2_000), (70_000, 10), (-90, 80)] {
                let got = Self.read(recording, from: Double(first), count: count)
                for index in 0..<count {
                    let place = first + index
                    let value = expected.indices.contains(place) ? expected[place] : 0
                    guard abs(got[index] - 1 - 2 * value) < tolerance else {
                        Issue.record("\(format) at \(place): \(got[index] - 1), not \(2 * value)")
                        return
                    }
                }
            }
        }
    }

    @Test func withoutConditioningSamplesAreUnchanged() throws {
        let signal = Self.signal()
        try Self.withFile(signal, .wavFloat) { path in
            let got = Self.read(try Self.open(path, conditioning: nil), from: 100, count: 900)
            #expect(zip(got, signal[100...]).allSatisfy { abs($0 - 1 - 2 * $1) < 1e-6 })
        }
    }

    /// Compares with a direct interpolation of the whole conditioned signal.
    @Test(arguments: [0.71, 1.0003, 1.9])
    func interpolatesAtAnyRatio(ratio: Double) throws {
        let signal = Self.signal()
        let expected = Self.conditioned(signal)
        try Self.withFile(signal, .wavFloat) { path in
            let recording = try Self.open(path)
            for start in [-500.0, 0.25, 20_000, 56_000.5] {
                let got = Self.read(recording, from: start, ratio: ratio, count: 2_000)
                for index in 0..<2_000 {
                    let position = start + Double(index) * ratio
                    let whole = Int(position.rounded(.down))
                    var value: Float = 0
                    if whole >= 1, whole + 2 < expected.count {
                        let t = Float(position - Double(whole))
                        let (a, b, c, d) = (
                            expected[whole - 1], expected[whole], expected[whole + 1], expected[whole + 2]
                        )
                        let curve = a - 2.5 * b + 2 * c - 0.5 * d
                        value = b + t * (0.5 * (c - a) + t * (curve + t * (0.5 * (d - a) + 1.5 * (b - c))))
                    }
                    guard abs(got[index] - 1 - 2 * value) < 1e-4 else {
                        Issue.record("at \(position): \(got[index] - 1), not \(2 * value)")
                        return
                    }
                }
            }
        }
    }

    @Test func nonFiniteSamplesAreSilence() throws {
        var signal = Self.signal()
        signal[700] = 3e8
        try Self.withFile(signal, .wavFloat) { path in
            let got = Self.read(try Self.open(path), from: 0, count: 2_000)
            #expect(got[700] == 1 && got.allSatisfy { abs($0) < 10 })
            #expect(Self.read(try Self.open(path), from: .nan, count: 10) == [Float](repeating: 1, count: 10))
        }
    }

    @Test func findsEveryNoteInARange() throws {
        var random = SplitMix64(seed: 9, step: 0, row: 0)
        let notes = (0..<300).map { index -> Note in
            let start = Double(random.uniform(0...1.2))
            let length = index == 7 ? 1 : Double(random.uniform(0...0.2))
            return Note(pitch: Int(random.next() % 128), start: start, end: start + length)
        }
        try Self.withFile(Self.signal(), .wav16) { path in
            let recording = try Self.open(path, notes: notes)
            for _ in 0..<200 {
                let low = Int(random.next() % 60_000) - 1_000
                let range = low..<low + Int(random.next() % 5_000) + 1
                let margin = Int(random.next() % 600)
                var got: [[Int]] = []
                recording.forEachNote(in: range, margin: margin) { got.append([$0, $1, $2]) }
                let expected = notes.map { note in
                    [Int((note.start * 44_100).rounded()), Int((note.end * 44_100).rounded()), note.pitch]
                }.filter { $0[0] - margin < range.upperBound && $0[1] + margin >= range.lowerBound }
                #expect(
                    got.sorted { $0.lexicographicallyPrecedes($1) }
                        == expected.sorted { $0.lexicographicallyPrecedes($1) })
            }
        }
    }
}
