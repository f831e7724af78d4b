import CSndFile
import Foundation

/// A streaming reader that converts an audio file of any sample rate and channel count to mono at one sample rate, in
/// constant memory.
///
/// Reads the formats of libsndfile: WAV, FLAC, Ogg Vorbis and Opus, MP3, AIFF and others. Channels are averaged. Full
/// scale is ±1; float files may exceed it. Samples that are not finite or exceed 10^6 in magnitude become 0 and are
/// counted. Not thread-safe.
public final class AudioFileReader {
    public let path: String
    /// The file's sample rate in Hz.
    public let sourceRate: Double
    /// The file's channel count.
    public let sourceChannels: Int
    /// The total number of samples that `read` will return according to the file header; nil if unknown.
    public let expectedCount: Int?
    /// The number of unusable samples so far, over all channels.
    public private(set) var unusableCount = 0
    /// The number of samples returned so far.
    public private(set) var count = 0

    private static let frames = 8_192
    private static let maximumMagnitude: Float = 1e6
    private let file: OpaquePointer
    private let sourceFrames: Int
    private var framesRead = 0
    private var hasEnded = false
    private var resampler: Resampler
    private var interleaved: [Float]
    private var mono: [Float]
    // Resampled samples not yet returned: ready[taken..<filled].
    private var ready: [Float]
    private var taken = 0
    private var filled = 0

    /// Opens a file.
    ///
    /// - Parameter rate: the sample rate of the output, in Hz.
    /// - Throws: `SoundError.missingFile`, `.unreadableFile`, `.badAudio` (not an audio file, empty, or truncated),
    ///   `.unsupportedRate`.
    public init(path: String, rate: Double = 44_100) throws(SoundError) {
        try Self.checkReadable(path)
        var info = SF_INFO()
        guard let file = sf_open(path, Int32(SFM_READ), &info) else {
            throw .badAudio(path: path, reason: Self.reason(nil))
        }
        do {
            resampler = try Self.check(file, info, path, rate)
        } catch {
            sf_close(file)
            throw error
        }
        self.path = path
        self.file = file
        sourceRate = Double(info.samplerate)
        sourceChannels = Int(info.channels)
        // libsndfile reports 2^63 - 1 if the length is unknown.
        let isKnown = info.frames > 0 && info.frames < Int64.max / 2
        sourceFrames = isKnown ? Int(info.frames) : 0
        expectedCount = isKnown ? Int((Double(info.frames) * rate / Double(info.samplerate)).rounded()) : nil
        interleaved = [Float](repeating: 0, count: Self.frames * Int(info.channels))
        mono = [Float](repeating: 0, count: Self.frames)
        ready = [Float](repeating: 0, count: resampler.outputCapacity(forInput: Self.frames))
    }

    deinit {
        sf_close(file)
    }

    /// Reads the next samples, filling `output` unless the file ends.
    ///
    /// - Returns: the number of samples written to the front of `output`; 0 at the end of the file.
    /// - Throws: `SoundError.badAudio` if the file is damaged or truncated.
    public func read(into output: inout MutableSpan<Float>) throws(SoundError) -> Int {
        var written = 0
        while written < output.count {
            if taken == filled {
                try refill()
                if filled == 0 { break }
            }
            let count = min(filled - taken, output.count - written)
            for index in 0..<count { output[written + index] = ready[taken + index] }
            taken += count
            written += count
        }
        count += written
        return written
    }

    /// Reads a whole file into memory: 10 MB per minute of audio.
    public static func readAll(path: String, rate: Double = 44_100) throws(SoundError) -> [Float] {
        let reader = try AudioFileReader(path: path, rate: rate)
        var samples: [Float] = []
        // A damaged header may claim any length: cap what it can reserve.
        samples.reserveCapacity(min(reader.expectedCount ?? 0, 1 << 26))
        var block = [Float](repeating: 0, count: 65_536)
        while true {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { return samples }
            samples += block[..<count]
        }
    }

    // MARK: Blocks

    /// Fills `ready` with at least one sample, or leaves it empty at the end of the file.
    private func refill() throws(SoundError) {
        taken = 0
        filled = 0
        while filled == 0, !hasEnded {
            let frames = try readFrames()
            var span = ready.mutableSpan
            if frames > 0 {
                // `ready` has `outputCapacity`, so the resampler consumes all input.
                filled = resampler.process(mono.span.extracting(first: frames), into: &span).produced
            } else {
                filled = resampler.finish(into: &span)
                hasEnded = filled == 0
            }
        }
    }

    /// Reads frames into `mono` and returns their number, 0 at the end of the file.
    private func readFrames() throws(SoundError) -> Int {
        let got = interleaved.withUnsafeMutableBufferPointer { buffer in
            Int(sf_readf_float(file, buffer.baseAddress, Int64(Self.frames)))
        }
        guard got > 0 else {
            if sf_error(file) != 0 { throw .badAudio(path: path, reason: Self.reason(file)) }
            if framesRead == 0 { throw .badAudio(path: path, reason: "it contains no samples") }
            if sourceFrames > 0, framesRead < sourceFrames, !isEstimate {
                let seconds = { (frames: Int) in (Double(frames) / self.sourceRate * 10).rounded() / 10 }
                let reason = "it is truncated after \(seconds(framesRead)) of \(seconds(sourceFrames)) s"
                throw .badAudio(path: path, reason: reason)
            }
            return 0
        }
        framesRead += got
        let channels = sourceChannels
        let scale = 1 / Float(channels)
        for frame in 0..<got {
            var sum: Float = 0
            for channel in 0..<channels {
                let sample = interleaved[frame * channels + channel]
                // The comparison also rejects NaN. Larger values could overflow in the resampler.
                if abs(sample) <= Self.maximumMagnitude { sum += sample } else { unusableCount += 1 }
            }
            mono[frame] = sum * scale
        }
        return got
    }

    /// Whether the header's frame count is only an estimate, as it is for MP3.
    private var isEstimate: Bool {
        var info = SF_INFO()
        sf_command(file, Int32(SFC_GET_CURRENT_SF_INFO), &info, Int32(MemoryLayout<SF_INFO>.size))
        return info.format & Int32(SF_FORMAT_TYPEMASK) == Int32(SF_FORMAT_MPEG)
    }

    // MARK: Checks

    private static func checkReadable(_ path: String) throws(SoundError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingFile(path: path)
        }
        guard !isDirectory.boolValue else { throw .unreadableFile(path: path, reason: "it is a directory") }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreadableFile(path: path, reason: "permission denied")
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
        if size == 0 { throw .badAudio(path: path, reason: "it is empty") }
    }

    private static func check(
        _ file: OpaquePointer, _ info: SF_INFO, _ path: String, _ rate: Double
    ) throws(SoundError) -> Resampler {
        guard info.channels > 0 else { throw .badAudio(path: path, reason: "it has no channels") }
        guard info.frames != 0 else { throw .badAudio(path: path, reason: "it contains no samples") }
        if let reason = WaveHeader.truncation(path: path) { throw .badAudio(path: path, reason: reason) }
        return try Resampler(inputRate: Double(info.samplerate), outputRate: rate)
    }

    private static func reason(_ file: OpaquePointer?) -> String {
        let text = String(cString: sf_strerror(file)).trimmingCharacters(in: CharacterSet(charactersIn: " .\n"))
        return text.isEmpty ? "it is damaged" : text
    }
}
