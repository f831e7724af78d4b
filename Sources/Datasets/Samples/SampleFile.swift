import Foundation
import Glibc
import Sound

/// A recording's mono samples at a given rate, memory-mapped, so that a dataset may be larger than memory.
///
/// Mono WAV files of 16-bit integers or 32-bit floats (as in MusicNet) at that rate are mapped directly. All other
/// files are decoded, resampled and mixed down once, to an unnamed temporary file of 16-bit integers. Immutable, so any
/// number of threads may read it.
public final class SampleFile: Sendable {
    /// The sample format: little-endian, unaligned.
    public enum Coding: Sendable {
        /// Full scale is 32,768.
        case int16
        /// Full scale is 1. Any value may occur, including NaN.
        case float32

        /// Bytes per sample.
        public var size: Int {
            switch self {
            case .int16: 2
            case .float32: 4
            }
        }
    }

    public let path: String
    public let coding: Coding
    /// The number of samples.
    public let count: Int
    /// Whether the samples are in a temporary file.
    public let isDecoded: Bool
    private let mapping: MappedBytes
    private let offset: Int

    /// Opens a recording, reading it only if it must be decoded.
    ///
    /// - Parameter rate: the required sample rate in Hz.
    /// - Throws: `SoundError` if the file is missing, not audio, or truncated;
    ///   ``DatasetError/noScratchSpace(folder:reason:)``.
    public init(path: String, rate: Int) throws {
        self.path = path
        if let layout = WaveLayout(path: path), layout.channels == 1, layout.rate == rate,
            let coding = Coding(layout.coding)
        {
            guard !layout.isTruncated else {
                let reason =
                    "it is truncated: it has \(layout.samples.count) of \(layout.claimedBytes) bytes of samples"
                throw SoundError.badAudio(path: path, reason: reason)
            }
            self.coding = coding
            count = layout.samples.count / coding.size
            guard count > 0 else { throw SoundError.badAudio(path: path, reason: "it contains no samples") }
            if layout.isUnfinished {
                AudioFileWarnings.post(
                    path: path, "its header was never finished: all \(layout.samples.count) bytes of samples are used")
            }
            mapping = try Self.map(path, count: layout.samples.upperBound)
            offset = layout.samples.lowerBound
            isDecoded = false
        } else {
            coding = .int16
            mapping = try Self.decode(path, rate: rate)
            count = mapping.bytes.count / Coding.int16.size
            offset = 0
            isDecoded = true
        }
    }

    /// Passes the sample bytes, `count * coding.size` of them, to `body`, which must not let them escape.
    public func withBytes<Output>(_ body: (UnsafeRawBufferPointer) throws -> Output) rethrows -> Output {
        try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[offset..<offset + count * coding.size]))
    }

    /// Releases the memory of the pages read so far; they are paged in again when needed. Thread-safe.
    public func forgetPages() {
        mapping.forget()
    }

    private static func map(_ path: String, count: Int) throws(SoundError) -> MappedBytes {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unreadableFile(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        guard let mapping = MappedBytes(descriptor: descriptor, count: count) else {
            throw .unreadableFile(path: path, reason: String(cString: strerror(errno)))
        }
        return mapping
    }

    private static func decode(_ path: String, rate: Int) throws -> MappedBytes {
        let reader = try AudioFileReader(path: path, rate: Double(rate), isComplete: true)
        var scratch = try ScratchFile()
        var chunk = [Float](repeating: 0, count: 1 << 16)
        var words = [Int16](repeating: 0, count: chunk.count)
        while true {
            var span = chunk.mutableSpan
            let read = try reader.read(into: &span)
            guard read > 0 else { break }
            for index in 0..<read {
                words[index] = Int16(max(-32768, min(32767, (chunk[index] * 32768).rounded()))).littleEndian
            }
            try words.withUnsafeBytes { try scratch.append(UnsafeRawBufferPointer(rebasing: $0[..<(read * 2)])) }
        }
        return try scratch.mapped()
    }
}

extension SampleFile.Coding {
    fileprivate init?(_ coding: WaveLayout.Coding) {
        switch coding {
        case .int16: self = .int16
        case .float32: self = .float32
        case .other: return nil
        }
    }
}
