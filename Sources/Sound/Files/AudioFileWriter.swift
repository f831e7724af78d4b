import CSndFile
import Foundation

/// A streaming audio file writer for one channel or several interleaved channels.
///
/// The 16-bit formats clip samples beyond ±1; `clipped` counts them. The file is complete once `close` has returned.
public struct AudioFileWriter: ~Copyable, @unchecked Sendable {
    public enum Format: Sendable {
        case wav16
        case wavFloat
        case flac16
        /// Ogg Vorbis at libsndfile's default quality.
        case vorbis
        /// MP3 at libsndfile's default quality.
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
    /// The number of interleaved channels.
    public let channels: Int
    /// The number of samples written so far, over all channels.
    public private(set) var count = 0
    /// The number of samples so far that exceeded ±1.
    public private(set) var clipped = 0
    private var file: OpaquePointer?
    private static let maximumBlock = 16_384

    /// Creates the file, or truncates an existing one.
    ///
    /// - Parameter quality: 0...1 for lossy formats; nil for libsndfile's default.
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
        // By default, libsndfile lets values beyond ±1 wrap around.
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

    /// Appends samples (full scale ±1); the count must be a multiple of `channels`. Non-finite samples become 0.
    ///
    /// - Throws: `SoundError.cannotWrite`, for instance if the disk is full.
    public mutating func write(_ samples: Span<Float>) throws(SoundError) {
        guard let file else { throw .cannotWrite(path: path, reason: "it is already closed") }
        for index in 0..<samples.count where abs(samples[index]) > 1 { clipped += 1 }
        let written = samples.withUnsafeBufferPointer { buffer -> Int in
            var written = 0
            // A block consists of whole frames.
            let blockSize = Self.maximumBlock / channels * channels
            // libsndfile's Vorbis encoder overflows the stack on long blocks.
            while written < buffer.count {
                let part = buffer[written..<min(buffer.count, written + blockSize)].map { $0.isFinite ? $0 : 0 }
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

    /// Writes a whole mono signal.
    ///
    /// - Returns: the number of clipped samples.
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
