import CSndFile
import Foundation

/// Reads an audio file of any rate and any number of channels as one channel at one rate, block by block, in constant
/// memory.
///
/// Formats are libsndfile's: WAV, FLAC, Ogg Vorbis and Opus, MP3, AIFF and more. Channels are averaged. Full scale is ±1;
/// files of floats may go beyond. Samples that aren't finite, or are beyond a million, become 0 and are counted. One thread at a time.
public final class AudioFileReader {
    public let path: String
    /// Of the file, in Hz.
    public let sourceRate: Double
    /// Of the file.
    public let sourceChannels: Int
    /// Samples that `read` will give in all, as the file's header has it; nil where that isn't known.
    public let expectedCount: Int?
    /// Samples (of any channel) so far that were no usable numbers.
    public private(set) var unusableCount = 0
    /// Samples given so far.
    public private(set) var count = 0

    private static let frames = 8_192
    private static let greatest: Float = 1e6
    private let file: OpaquePointer
    private let sourceFrames: Int
    private var framesRead = 0
    private var hasEnded = false
    private var resampler: Resampler
    private var interleaved: [Float]
    private var mono: [Float]
    // Resampled samples that wait to be taken: ready[taken..<filled].
    private var ready: [Float]
    private var taken = 0
    private var filled = 0

    /// Opens a file.
    ///
    /// - Parameter rate: of the samples that `read` gives, in Hz.
    /// - Throws: `SoundError.missingFile`, `.unreadableFile`, `.badAudio` (no audio file, no samples, broken off),
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
        // libsndfile says 2^63 - 1 where it can't know.
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

    /// Gives the next samples, as many as there is room for unless the file ends.
    ///
    /// - Returns: how many were written to the front of `output`; 0 at the end of the file.
    /// - Throws: `SoundError.badAudio` where the file turns out to be damaged or broken off.
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

    /// Reads a whole file into memory: 10 MB a minute.
    public static func readAll(path: String, rate: Double = 44_100) throws(SoundError) -> [Float] {
        let reader = try AudioFileReader(path: path, rate: rate)
        var samples: [Float] = []
        // The header's word for it is only trusted so far.
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

    /// Fills `ready` with at least one sample, or with none at the end.
    private func refill() throws(SoundError) {
        taken = 0
        filled = 0
        while filled == 0, !hasEnded {
            let frames = try readFrames()
            var span = ready.mutableSpan
            if frames > 0 {
                // `ready` has the room that makes the resampler take all.
                filled = resampler.process(mono.span.extracting(first: frames), into: &span).produced
            } else {
                filled = resampler.finish(into: &span)
                hasEnded = filled == 0
            }
        }
    }

    /// Reads frames into `mono`; returns their number, 0 at the end.
    private func readFrames() throws(SoundError) -> Int {
        let got = interleaved.withUnsafeMutableBufferPointer { buffer in
            Int(sf_readf_float(file, buffer.baseAddress, Int64(Self.frames)))
        }
        guard got > 0 else {
            if sf_error(file) != 0 { throw .badAudio(path: path, reason: Self.reason(file)) }
            if framesRead == 0 { throw .badAudio(path: path, reason: "it holds no samples") }
            if sourceFrames > 0, framesRead < sourceFrames, !isEstimate {
                let seconds = { (frames: Int) in (Double(frames) / self.sourceRate * 10).rounded() / 10 }
                let reason = "it breaks off after \(seconds(framesRead)) of \(seconds(sourceFrames)) s"
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
                // NaN fails the comparison too. Numbers near the greatest would overflow in the resampler.
                if abs(sample) <= Self.greatest { sum += sample } else { unusableCount += 1 }
            }
            mono[frame] = sum * scale
        }
        return got
    }

    /// Whether the header's number of frames is no promise: MP3's is a guess.
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
        guard info.frames != 0 else { throw .badAudio(path: path, reason: "it holds no samples") }
        if let reason = WaveHeader.truncation(path: path) { throw .badAudio(path: path, reason: reason) }
        return try Resampler(inputRate: Double(info.samplerate), outputRate: rate)
    }

    private static func reason(_ file: OpaquePointer?) -> String {
        let text = String(cString: sf_strerror(file)).trimmingCharacters(in: CharacterSet(charactersIn: " .\n"))
        return text.isEmpty ? "it is damaged" : text
    }
}
