import Foundation

/// A streaming reader that converts an audio file of any sample rate and channel count to mono at one sample rate, in
/// constant memory.
///
/// Reads the formats of libsndfile: WAV, FLAC, Ogg Vorbis and Opus, MP3, AIFF and others. Channels are mixed as
/// ``ChannelMixer`` describes. Full scale is ±1; float files may exceed it. Samples that are not finite or exceed 10^6
/// in magnitude become 0 and are counted. Not thread-safe.
///
/// Files whose header is wrong are read to their real end, with a warning. Of damaged files, everything that is sound
/// is read before `read` throws ``SoundError/damagedAudio(path:reason:)``. Warnings also go to ``AudioFileWarnings``.
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
    /// What is wrong with the file although its audio is read: a clause each. Grows while the file is read.
    public var warnings: [String] { decoder.warnings }
    /// Which channels are used, and why. May change while the file is read.
    public var channels: ChannelReport { mixer.report }

    private static let frames = 8_192
    private static let maximumMagnitude: Float = 1e6
    private let decoder: AudioDecoder
    private let rate: Double
    private let choice: ChannelChoice
    private var hasEnded = false
    private var resampler: Resampler
    private var mixer: ChannelMixer
    private var interleaved: [Float]
    private var mono: [Float]
    // Resampled samples not yet returned: ready[taken..<filled].
    private var ready: [Float]
    private var taken = 0
    private var filled = 0
    private var reported = 0
    private var hasReportedChannels = false

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - rate: the sample rate of the output, in Hz.
    ///   - channel: which channels are used.
    ///   - isComplete: whether a file whose header claims more samples than it has is rejected, rather than read with
    ///     a warning.
    /// - Throws: `SoundError.missingFile`, `.unreadableFile`, `.badAudio` (not an audio file, or empty),
    ///   `.unsupportedRate`.
    public init(
        path: String, rate: Double = 44_100, channel: ChannelChoice = .automatic, isComplete: Bool = false
    ) throws(SoundError) {
        decoder = try AudioDecoder(path: path, isComplete: isComplete)
        self.path = path
        self.rate = rate
        choice = channel
        sourceRate = Double(decoder.rate)
        sourceChannels = decoder.channels
        resampler = try Resampler(inputRate: sourceRate, outputRate: rate)
        mixer = ChannelMixer(channels: sourceChannels, rate: sourceRate, choice: channel)
        let ratio = rate / sourceRate
        let frames = decoder.hasSeveralParts ? nil : decoder.frames
        // A damaged header may claim anything.
        expectedCount = frames.flatMap { Int(exactly: (Double($0) * ratio).rounded()) }
        interleaved = [Float](repeating: 0, count: Self.frames * sourceChannels)
        mono = [Float](repeating: 0, count: Self.frames)
        ready = [Float](repeating: 0, count: resampler.outputCapacity(forInput: Self.frames))
        report()
    }

    /// Reads the next samples, filling `output` unless the file ends.
    ///
    /// - Returns: the number of samples written to the front of `output`; 0 at the end of the file.
    /// - Throws: `SoundError.damagedAudio` at the end of a file of which some audio is missing, after everything else
    ///   was returned; `.badAudio` if nothing can be read.
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
        if written == 0, hasEnded, let damage = decoder.damage { throw .damagedAudio(path: path, reason: damage) }
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
                if filled == 0 { hasEnded = try !beginNextPart() }
            }
        }
    }

    /// Goes on to the next part of the file.
    ///
    /// - Returns: whether there is one.
    private func beginNextPart() throws(SoundError) -> Bool {
        let (oldRate, oldChannels) = (decoder.rate, decoder.channels)
        defer { report() }
        guard decoder.advance() else { return false }
        resampler.reset()
        guard decoder.rate != oldRate || decoder.channels != oldChannels else { return true }
        resampler = try Resampler(inputRate: Double(decoder.rate), outputRate: rate)
        mixer = ChannelMixer(channels: decoder.channels, rate: Double(decoder.rate), choice: choice)
        interleaved = [Float](repeating: 0, count: Self.frames * decoder.channels)
        ready = [Float](repeating: 0, count: resampler.outputCapacity(forInput: Self.frames))
        return true
    }

    /// Reads frames into `mono` and returns their number, 0 at the end of the part.
    private func readFrames() throws(SoundError) -> Int {
        let decoder = decoder
        let got = try interleaved.withUnsafeMutableBufferPointer { buffer throws(SoundError) in
            try buffer.baseAddress.map { base throws(SoundError) in
                try decoder.read(into: base, count: Self.frames)
            } ?? 0
        }
        guard got > 0 else { return 0 }
        for index in 0..<got * decoder.channels {
            // The comparison also rejects NaN. Larger values could overflow in the resampler.
            if abs(interleaved[index]) > Self.maximumMagnitude || interleaved[index].isNaN {
                interleaved[index] = 0
                unusableCount += 1
            }
        }
        mixer.mix(interleaved, frames: got, into: &mono)
        report()
        return got
    }

    /// Passes new warnings on, once each.
    private func report() {
        while reported < decoder.warnings.count {
            AudioFileWarnings.post(path: path, decoder.warnings[reported])
            reported += 1
        }
        if !hasReportedChannels, let warning = mixer.report.warning {
            hasReportedChannels = true
            AudioFileWarnings.post(path: path, warning)
        }
    }
}
