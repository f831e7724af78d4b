import Foundation
import Kernels
import Music
import Networks
import Sound

/// One recording of a training set: its samples at 44.1 kHz, the causal gain that live listening would apply, and notes.
///
/// Mono 16-bit WAV files at 44.1 kHz are mapped, not read: a set may be larger than memory. Others are decoded once.
/// Immutable, so any number of threads may read it.
final class Recording: Sendable {
    let name: String
    /// Samples at 44.1 kHz.
    let count: Int
    private let storage: Data
    private let dataOffset: Int
    /// The gain at each hop's start and end; empty when the network takes samples as they come.
    private let gains: [SIMD2<Float>]
    private let hop: Int
    /// By start, in samples.
    private let starts: [Int]
    private let ends: [Int]
    private let pitches: [Int]
    /// The longest note, in samples: how far back a sounding note can have begun.
    private let longest: Int

    /// - Parameters:
    ///   - notes: seconds from the start of the audio.
    ///   - conditioning: the gain of the network to be trained.
    init(audio path: String, notes: [Note], conditioning: LevelConditioning?, hop: Int, sampleRate: Int) throws {
        name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        if let (data, range) = try Self.mapped(path, sampleRate: sampleRate) {
            storage = data
            dataOffset = range.lowerBound
            count = range.count / 2
        } else {
            storage = try Self.decoded(path, sampleRate: sampleRate)
            dataOffset = 0
            count = storage.count / 2
        }
        self.hop = hop
        let sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
        starts = sorted.map { Int(($0.start * Double(sampleRate)).rounded()) }
        ends = sorted.map { Int(($0.end * Double(sampleRate)).rounded()) }
        pitches = sorted.map(\.pitch)
        longest = zip(starts, ends).map { $1 - $0 }.max() ?? 0
        if let conditioning {
            gains = Self.gains(
                of: storage, from: dataOffset, count: count, conditioning: conditioning, hop: hop,
                sampleRate: sampleRate)
        } else {
            gains = []
        }
    }

    /// Calls `body` for each note whose interval [start, end) widened by `margin` samples meets `range`.
    func forEachNote(in range: Range<Int>, margin: Int, _ body: (_ start: Int, _ end: Int, _ pitch: Int) -> Void) {
        var low = 0
        var high = starts.count
        let first = range.lowerBound - longest - margin
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < first { low = middle + 1 } else { high = middle }
        }
        while low < starts.count, starts[low] < range.upperBound + margin {
            if ends[low] + margin >= range.lowerBound { body(starts[low], ends[low], pitches[low]) }
            low += 1
        }
    }

    /// Writes `count` conditioned samples from position `start` (which may lie outside the recording: silence), read at
    /// `ratio` samples a sample by cubic interpolation, times `gain`, added to `target`.
    func add(from start: Double, ratio: Double, count: Int, gain: Float, to target: UnsafeMutablePointer<Float>) {
        storage.withUnsafeBytes { raw in
            let samples = UnsafeRawBufferPointer(rebasing: raw[dataOffset...])
            if ratio == 1 {
                let first = Int(start.rounded())
                for index in max(0, -first)..<max(max(0, -first), min(count, self.count - first)) {
                    target[index] += gain * value(samples, first + index)
                }
                return
            }
            for index in 0..<count {
                let position = start + Double(index) * ratio
                let whole = Int(position.rounded(.down))
                guard whole >= 1, whole + 2 < self.count else { continue }
                let t = Float(position - Double(whole))
                let a = value(samples, whole - 1)
                let b = value(samples, whole)
                let c = value(samples, whole + 1)
                let d = value(samples, whole + 2)
                // Catmull and Rom's cubic through the four neighbours.
                let slope = 0.5 * (c - a)
                let curve = a - 2.5 * b + 2 * c - 0.5 * d
                let bend = 0.5 * (d - a) + 1.5 * (b - c)
                target[index] += gain * (b + t * (slope + t * (curve + t * bend)))
            }
        }
    }

    private func value(_ samples: UnsafeRawBufferPointer, _ index: Int) -> Float {
        let raw = Int16(littleEndian: samples.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))
        let sample = Float(raw) * 0x1p-15
        guard !gains.isEmpty else { return sample }
        let block = index / hop
        let (from, to) = (gains[block].x, gains[block].y)
        return sample * (from + (to - from) * Float(index % hop + 1) / Float(hop))
    }

    private static func gains(
        of storage: Data, from offset: Int, count: Int, conditioning: LevelConditioning, hop: Int, sampleRate: Int
    ) -> [SIMD2<Float>] {
        var conditioner = LevelConditioner(conditioning, hop: hop, sampleRate: sampleRate)
        var result: [SIMD2<Float>] = []
        result.reserveCapacity(count / hop + 1)
        storage.withUnsafeBytes { raw in
            for start in stride(from: 0, to: count, by: hop) {
                var sum: Float = 0
                for index in start..<min(start + hop, count) {
                    let bits = raw.loadUnaligned(fromByteOffset: offset + index * 2, as: Int16.self)
                    let sample = Float(Int16(littleEndian: bits)) * 0x1p-15
                    sum += sample * sample
                }
                let (from, to) = conditioner.gains(forMeanSquare: sum / Float(hop))
                result.append(SIMD2(from, to))
            }
        }
        return result
    }

    /// The mapped file and the bytes of its samples, when it is a mono 16-bit WAV file at the right rate.
    private static func mapped(_ path: String, sampleRate: Int) throws -> (Data, Range<Int>)? {
        guard path.lowercased().hasSuffix(".wav") else { return nil }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) } catch {
            throw TrainingError.unreadable(path: path, reason: "it is not there or may not be read")
        }
        func word(_ at: Int) -> Int {
            data.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: at, as: UInt32.self)) }
        }
        func half(_ at: Int) -> Int {
            data.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: at, as: UInt16.self)) }
        }
        guard data.count > 44, data.prefix(4) == Data("RIFF".utf8), data[8..<12] == Data("WAVE".utf8) else {
            return nil
        }
        var position = 12
        var isPlain = false
        while position + 8 <= data.count {
            let tag = data[position..<position + 4]
            let size = word(position + 4)
            let body = position + 8
            if tag == Data("fmt ".utf8), size >= 16, body + 16 <= data.count {
                isPlain =
                    half(body) == 1 && half(body + 2) == 1 && word(body + 4) == sampleRate && half(body + 14) == 16
            }
            if tag == Data("data".utf8) {
                return isPlain ? (data, body..<min(data.count, body + size) & ~1) : nil
            }
            position = body + size + size % 2
        }
        return nil
    }

    /// The whole of a file of another form, as 16-bit samples.
    private static func decoded(_ path: String, sampleRate: Int) throws -> Data {
        let reader = try AudioFileReader(path: path, rate: Double(sampleRate))
        var result = Data()
        var chunk = [Float](repeating: 0, count: 1 << 16)
        while true {
            var span = chunk.mutableSpan
            let read = try reader.read(into: &span)
            guard read > 0 else { return result }
            let words = chunk[..<read].map { Int16(max(-32768, min(32767, ($0 * 32768).rounded()))).littleEndian }
            words.withUnsafeBytes { result.append(contentsOf: $0) }
        }
    }
}

extension Range where Bound == Int {
    fileprivate static func & (range: Range<Int>, mask: Int) -> Range<Int> {
        range.lowerBound..<range.lowerBound + (range.count & mask)
    }
}
