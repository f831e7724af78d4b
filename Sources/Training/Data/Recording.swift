import Datasets
import Foundation
import Music
import Networks
import Synchronization

/// One recording of a training set: its samples, its notes, and the causal gain that the daemon's level conditioner
/// would apply.
///
/// Samples are memory-mapped (see `SampleFile`), so a set may be larger than memory. Except for an atomic counter the
/// object is immutable, so any number of threads may read it.
final class Recording: Sendable {
    let name: String
    /// Number of samples at the model's sample rate.
    let count: Int
    private let samples: SampleFile
    /// The gain at the start and end of each hop; empty if the network has no conditioning.
    private let gains: [SIMD2<Float>]
    private let hop: Int
    private let notes: NoteIndex
    /// Notes that may or may not sound; the loss ignores them.
    let uncertain: NoteIndex
    /// The samples with reliable labels. Nil means all, including the silence before and after the recording.
    let reliable: ReliableSamples?
    /// Bytes that may be read before their pages are released.
    private let residentLimit: Int
    private let bytesRead = Atomic<Int>(0)

    /// - Parameters:
    ///   - notes: times in seconds from the start of the audio.
    ///   - uncertain: notes that may or may not sound.
    ///   - reliable: the spans with reliable labels, in seconds; nil for all.
    ///   - conditioning: the level conditioning of the network to be trained.
    ///   - residentLimit: bytes of samples that may be read before their pages are released.
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

    /// Calls `body` for each note whose interval [start, end), widened by `margin` samples, overlaps `range`; see
    /// ``NoteIndex``.
    func forEachNote(in range: Range<Int>, margin: Int, _ body: (_ start: Int, _ end: Int, _ pitch: Int) -> Void) {
        notes.forEach(in: range, margin: margin, body)
    }

    /// Adds `count` conditioned samples times `gain` to `target`.
    ///
    /// Reading starts at position `start` and advances by `ratio` samples for each output sample, with cubic
    /// interpolation. Positions outside the recording are silent.
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
        // Conditions each sample that the interpolation needs once, rather than four times.
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
                // A Catmull-Rom spline through the four neighbours.
                let slope = 0.5 * (c - a)
                let curve = a - 2.5 * b + 2 * c - 0.5 * d
                let bend = 0.5 * (d - a) + 1.5 * (b - c)
                target[index] += gain * (b + t * (slope + t * (curve + t * bend)))
            }
        }
    }

    /// Calls `body` with each conditioned sample in first..<first + count that lies inside the recording, and its
    /// index relative to `first`.
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
            // Hop by hop: a division for each sample would dominate the cost.
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

/// A sample format. It is a type, so that the loops are specialised for each format.
private protocol SampleCode {
    /// Full scale is ±1. Bounds are not checked.
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
        // Non-finite and absurdly large values count as silence, as in the audio file reader.
        return abs(value) <= 1e6 ? value : 0
    }
}
