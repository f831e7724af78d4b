import Datasets
import Foundation
import Music
import Networks
import Synchronization

/// One recording of a training set: its samples at 44.1 kHz, the causal gain that live listening would apply, and
/// notes.
///
/// Samples are mapped, not read (see `SampleFile`): a set may be larger than memory. Immutable but for a counter, so
/// any number of threads may read it.
final class Recording: Sendable {
    let name: String
    /// Samples at 44.1 kHz.
    let count: Int
    private let samples: SampleFile
    /// The gain at each hop's start and end; empty when the network takes samples as they come.
    private let gains: [SIMD2<Float>]
    private let hop: Int
    private let notes: NoteIndex
    /// What may or may not sound: nothing is to be learned about these.
    let uncertain: NoteIndex
    /// The samples whose labels can be reliable; nil: all of them, and the silence around the recording.
    let reliable: ReliableSamples?
    /// Bytes that may be read before their pages are given back.
    private let residentLimit: Int
    private let bytesRead = Atomic<Int>(0)

    /// - Parameters:
    ///   - notes: seconds from the start of the audio.
    ///   - uncertain: notes of which nobody knows whether they sound there.
    ///   - reliable: the spans, in seconds, whose labels can be reliable; nil for all.
    ///   - conditioning: the gain of the network to be trained.
    ///   - residentLimit: bytes of samples that may be read before their pages are given back.
    /// - Throws: `SoundError`, `DatasetError.noScratchSpace`.
    init(
        audio path: String, notes: [Note], uncertain: [Note] = [], reliable: TimeSpans? = nil,
        conditioning: LevelConditioning?, hop: Int, sampleRate: Int, residentLimit: Int = 1 << 26
    ) throws {
        name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        samples = try SampleFile(path: path, rate: sampleRate)
        count = samples.count
        self.hop = hop
        self.residentLimit = residentLimit
        self.notes = NoteIndex(notes, sampleRate: sampleRate)
        self.uncertain = NoteIndex(uncertain, sampleRate: sampleRate)
        let available = count
        self.reliable = reliable.map { ReliableSamples($0, sampleRate: sampleRate, count: available) }
        if let conditioning {
            gains = Self.gains(of: samples, conditioning: conditioning, hop: hop, sampleRate: sampleRate)
            samples.forgetPages()
        } else {
            gains = []
        }
    }

    /// Calls `body` for each note whose interval [start, end) widened by `margin` samples meets `range`; see
    /// ``NoteIndex``.
    func forEachNote(in range: Range<Int>, margin: Int, _ body: (_ start: Int, _ end: Int, _ pitch: Int) -> Void) {
        notes.forEach(in: range, margin: margin, body)
    }

    /// Writes `count` conditioned samples from position `start` (which may lie outside the recording: silence), read at
    /// `ratio` samples a sample by cubic interpolation, times `gain`, added to `target`.
    func add(from start: Double, ratio: Double, count: Int, gain: Float, to target: UnsafeMutablePointer<Float>) {
        guard start.isFinite, abs(start) < 1e15 else { return }
        switch samples.coding {
        case .int16: add(PCM16.self, from: start, ratio: ratio, count: count, gain: gain, to: target)
        case .float32: add(PCMFloat.self, from: start, ratio: ratio, count: count, gain: gain, to: target)
        }
        let bytes = Int(Double(count) * ratio) * samples.coding.size
        if bytesRead.wrappingAdd(bytes, ordering: .relaxed).newValue > residentLimit {
            bytesRead.store(0, ordering: .relaxed)
            samples.forgetPages()
        }
    }

    @inline(__always)
    private func add<Code: SampleCode>(
        _ code: Code.Type, from start: Double, ratio: Double, count: Int, gain: Float,
        to target: UnsafeMutablePointer<Float>
    ) {
        if ratio == 1 {
            let first = Int(start.rounded())
            condition(code, from: first, count: count) { index, value in target[index] += gain * value }
            return
        }
        // What the cubic reaches for, conditioned once and not four times.
        let first = Int(start.rounded(.down)) - 1
        let needed = Int(Double(count) * ratio) + 5
        withUnsafeTemporaryAllocation(of: Float.self, capacity: needed) { read in
            read.initialize(repeating: 0)
            condition(code, from: first, count: needed) { index, value in read[index] = value }
            for index in 0..<count {
                let position = start + Double(index) * ratio
                let whole = Int(position.rounded(.down))
                guard whole >= 1, whole + 2 < self.count, whole - first + 2 < needed else { continue }
                let t = Float(position - Double(whole))
                let a = read[whole - first - 1]
                let b = read[whole - first]
                let c = read[whole - first + 1]
                let d = read[whole - first + 2]
                // Catmull and Rom's cubic through the four neighbours.
                let slope = 0.5 * (c - a)
                let curve = a - 2.5 * b + 2 * c - 0.5 * d
                let bend = 0.5 * (d - a) + 1.5 * (b - c)
                target[index] += gain * (b + t * (slope + t * (curve + t * bend)))
            }
        }
    }

    /// Gives `body` the conditioned samples first..<first + count, as far as they lie inside the recording, each with
    /// its place counted from `first`.
    @inline(__always)
    private func condition<Code: SampleCode>(
        _ code: Code.Type, from first: Int, count: Int, _ body: (_ index: Int, _ value: Float) -> Void
    ) {
        let range = max(0, first)..<max(max(0, first), min(self.count, first + count))
        samples.withBytes { bytes in
            guard !gains.isEmpty else {
                for index in range { body(index - first, code.sample(bytes, index)) }
                return
            }
            // Hop by hop: a division for each sample would cost more than all the rest.
            var position = range.lowerBound
            while position < range.upperBound {
                let block = position / hop
                let end = min(range.upperBound, (block + 1) * hop)
                let (from, to) = (gains[block].x, gains[block].y)
                for index in position..<end {
                    let scale = from + (to - from) * Float(index - block * hop + 1) / Float(hop)
                    body(index - first, code.sample(bytes, index) * scale)
                }
                position = end
            }
        }
    }

    private static func gains(
        of samples: SampleFile, conditioning: LevelConditioning, hop: Int, sampleRate: Int
    ) -> [SIMD2<Float>] {
        switch samples.coding {
        case .int16: gains(PCM16.self, samples, conditioning, hop, sampleRate)
        case .float32: gains(PCMFloat.self, samples, conditioning, hop, sampleRate)
        }
    }

    @inline(__always)
    private static func gains<Code: SampleCode>(
        _ code: Code.Type, _ samples: SampleFile, _ conditioning: LevelConditioning, _ hop: Int, _ sampleRate: Int
    ) -> [SIMD2<Float>] {
        var conditioner = LevelConditioner(conditioning, hop: hop, sampleRate: sampleRate)
        var result: [SIMD2<Float>] = []
        result.reserveCapacity(samples.count / hop + 1)
        samples.withBytes { bytes in
            for start in stride(from: 0, to: samples.count, by: hop) {
                var sum: Float = 0
                for index in start..<min(start + hop, samples.count) {
                    let sample = code.sample(bytes, index)
                    sum += sample * sample
                }
                let (from, to) = conditioner.gains(forMeanSquare: sum / Float(hop))
                result.append(SIMD2(from, to))
            }
        }
        return result
    }
}

/// How a sample is coded; a type, so that the loops are compiled for each.
private protocol SampleCode {
    /// Full scale is ±1. No bounds are checked.
    static func sample(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float
}

private enum PCM16: SampleCode {
    @inline(__always)
    static func sample(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
        Float(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))) * 0x1p-15
    }
}

private enum PCMFloat: SampleCode {
    @inline(__always)
    static func sample(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
        let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        let value = Float(bitPattern: bits)
        // As the reader of audio files has it: what is no number, or no sound, is silence.
        return abs(value) <= 1e6 ? value : 0
    }
}
