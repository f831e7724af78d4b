import Foundation
import Glibc
import Sound

/// The samples of a recording, mono and at one rate, mapped into the address space: a set of them may be larger than
/// memory.
///
/// Mono WAV files of 16-bit integers or 32-bit floats at that rate (MusicNet's are of the second kind) are mapped as they
/// are. Anything else is decoded, resampled and mixed once, into a temporary file of 16-bit integers without a name.
/// Immutable, so any number of threads may read it.
public final class SampleFile: Sendable {
    /// How the samples are coded; little-endian, and aligned to nothing.
    public enum Coding: Sendable {
        /// Full scale is 32,768.
        case int16
        /// Full scale is 1. May hold anything, NaN included.
        case float32

        /// Bytes of a sample.
        public var size: Int {
            switch self {
            case .int16: 2
            case .float32: 4
            }
        }
    }

    public let path: String
    public let coding: Coding
    /// Samples.
    public let count: Int
    /// Whether the samples are those of a temporary file.
    public let isDecoded: Bool
    private let mapping: MappedBytes
    private let offset: Int

    /// Opens a recording; reads it whole only where it has to be decoded.
    ///
    /// - Parameter rate: of the samples, in Hz.
    /// - Throws: `SoundError` where the file is missing, no audio, or breaks off before its end as its header has it;
    ///   ``DatasetError/noScratchSpace(folder:reason:)``.
    public init(path: String, rate: Int) throws {
        self.path = path
        if let layout = WaveLayout(path: path), layout.channels == 1, layout.rate == rate,
            let coding = Coding(layout.coding)
        {
            guard !layout.isTruncated else {
                let reason =
                    "it breaks off: \(layout.samples.count) of its \(layout.claimedBytes) bytes of samples are there"
                throw SoundError.badAudio(path: path, reason: reason)
            }
            self.coding = coding
            count = layout.samples.count / coding.size
            guard count > 0 else { throw SoundError.badAudio(path: path, reason: "it holds no samples") }
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

    /// Gives the bytes of the samples, `count * coding.size` of them, for as long as `body` runs.
    public func withBytes<Output>(_ body: (UnsafeRawBufferPointer) throws -> Output) rethrows -> Output {
        try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[offset..<offset + count * coding.size]))
    }

    /// Gives back the memory that reading has taken; what is read again is paged in again. Any thread, any time.
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
        let reader = try AudioFileReader(path: path, rate: Double(rate))
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
