import CSndFile
import Foundation

/// Writes audio to a file, block by block: one channel, or several interleaved.
///
/// Samples beyond ±1 are clipped in the 16-bit formats and counted. The file is complete once `close` has returned.
public struct AudioFileWriter: ~Copyable, @unchecked Sendable {
    public enum Format: Sendable {
        case wav16
        case wavFloat
        case flac16
        /// Ogg Vorbis at libsndfile's usual quality.
        case vorbis
        /// MP3 at libsndfile's usual quality.
        case mp3

        fileprivate var code: Int32 {
            switch self {
            case .wav16: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
            case .wavFloat: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
            case .flac16: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
            case .vorbis: Int32(SF_FORMAT_OGG | SF_FORMAT_VORBIS)
            case .mp3: Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
            }
        }
    }

    public let path: String
    /// Channels; samples are interleaved.
    public let channels: Int
    /// Samples written so far, of all channels.
    public private(set) var count = 0
    /// Samples so far that lay beyond ±1.
    public private(set) var clipped = 0
    private var file: OpaquePointer?
    private static let piece = 16_384

    /// Creates the file, or empties the one that is there.
    ///
    /// - Parameter quality: of lossy formats, 0 to 1; nil for libsndfile's usual one.
    /// - Throws: `SoundError.cannotWrite`.
    public init(
        path: String, format: Format = .wav16, rate: Int = 44_100, channels: Int = 1, quality: Double? = nil
    ) throws(SoundError) {
        var info = SF_INFO()
        info.samplerate = Int32(clamping: rate)
        info.channels = Int32(clamping: max(channels, 1))
        info.format = format.code
        guard let opened = sf_open(path, Int32(SFM_WRITE), &info) else {
            throw .cannotWrite(path: path, reason: AudioFileWriter.reason(nil))
        }
        // Without this, values beyond ±1 wrap around.
        sf_command(opened, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        if var quality {
            sf_command(opened, Int32(SFC_SET_VBR_ENCODING_QUALITY), &quality, Int32(MemoryLayout<Double>.size))
        }
        file = opened
        self.path = path
        self.channels = max(channels, 1)
    }

    deinit {
        if let file { sf_close(file) }
    }

    /// Appends samples, full scale ±1, a multiple of `channels` of them. What is not finite is written as 0.
    ///
    /// - Throws: `SoundError.cannotWrite`, as on a full disk.
    public mutating func write(_ samples: Span<Float>) throws(SoundError) {
        guard let file else { throw .cannotWrite(path: path, reason: "it has been closed") }
        for index in 0..<samples.count where abs(samples[index]) > 1 { clipped += 1 }
        let written = samples.withUnsafeBufferPointer { buffer -> Int in
            var written = 0
            // Whole frames.
            let piece = Self.piece / channels * channels
            // In pieces: libsndfile's Vorbis encoder overflows the stack on long blocks.
            while written < buffer.count {
                let part = buffer[written..<min(buffer.count, written + piece)].map { $0.isFinite ? $0 : 0 }
                let taken = Int(sf_write_float(file, part, Int64(part.count)))
                written += taken
                if taken < part.count { break }
            }
            return written
        }
        count += written
        guard written == samples.count else {
            throw .cannotWrite(path: path, reason: AudioFileWriter.reason(file))
        }
    }

    /// Completes the header and closes the file.
    ///
    /// - Throws: `SoundError.cannotWrite`.
    public mutating func close() throws(SoundError) {
        guard let open = file else { return }
        file = nil
        guard sf_close(open) == 0 else { throw .cannotWrite(path: path, reason: "closing it failed") }
    }

    private static func reason(_ file: OpaquePointer?) -> String {
        String(cString: sf_strerror(file)).trimmingCharacters(in: CharacterSet(charactersIn: " ."))
    }

    /// Writes a whole signal.
    ///
    /// - Returns: how many samples were clipped.
    @discardableResult
    public static func write(
        _ samples: [Float], to path: String, format: Format = .wav16, rate: Int = 44_100, quality: Double? = nil
    ) throws(SoundError) -> Int {
        var writer = try AudioFileWriter(path: path, format: format, rate: rate, quality: quality)
        try writer.write(samples.span)
        try writer.close()
        return writer.clipped
    }
}
