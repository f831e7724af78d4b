import Alignment
import Foundation
import Scores
import Sound

/// A mix for checking an alignment by ear: the recording with a short sine tone at each aligned note.
///
/// From appendix A of Thickstun et al. 2017: correctly aligned tones blend with the performance, misaligned ones sound
/// dissonant. The sample rate is 44.1 kHz. Memory is constant regardless of the recording's length.
public struct ValidationMix: Sendable {
    public enum Layout: String, CaseIterable, Sendable {
        /// Recording and tones in one channel, as in the paper.
        case mono
        /// The recording in the left channel, the tones in the right one.
        case stereo
    }

    public static let rate = 44_100
    /// Maximum duration of a tone in seconds.
    public static let maximumToneLength = 0.25
    /// Amplitude of a tone relative to the recording's RMS level.
    private static let level: Float = 0.7
    private static let amplitudes: ClosedRange<Float> = 0.01...0.25
    private static let blockSize = 16_384

    private let notes: [SoundingNote]
    private let layout: Layout

    public init(_ alignment: ScoreAlignment, of score: Score, layout: Layout = .mono) {
        notes = alignment.soundingNotes(of: score)
        self.layout = layout
    }

    /// The audio format for a path's extension; nil if the extension is not supported.
    public static func format(path: String) -> AudioFileWriter.Format? {
        switch URL(fileURLWithPath: path).pathExtension.lowercased() {
        case "wav": .wav16
        case "flac": .flac16
        case "ogg": .vorbis
        default: nil
        }
    }

    /// Reads the recording twice, first to measure its level, and writes the mix atomically.
    ///
    /// - Parameter progress: receives the number of seconds written.
    /// - Throws: `SoundError` for a recording that cannot be read or a file that cannot be written.
    public func write(audio: String, to path: String, progress: (Double) -> Void = { _ in }) throws {
        guard let format = Self.format(path: path) else {
            throw SoundError.cannotWrite(path: path, reason: "a mix must be a .wav, .flac or .ogg file")
        }
        let level = try Self.level(audio)
        var mixer = ToneMixer(tones(amplitude: level.amplitude))
        // The peaks of many tones rarely coincide.
        let tones = min(mixer.ceiling, 5 * level.amplitude)
        let gain = layout == .mono ? min(1, 0.98 / max(level.peak + tones, 1e-6)) : 1
        let toneGain = layout == .mono ? gain : min(1, 0.98 / max(tones, 1e-6))

        let partial = PartialFile(path)
        let reader = try AudioFileReader(path: audio, rate: Double(Self.rate))
        let channels = layout == .mono ? 1 : 2
        var writer = try AudioFileWriter(path: partial.path, format: format, rate: Self.rate, channels: channels)
        var sound = [Float](repeating: 0, count: Self.blockSize)
        var sines = [Float](repeating: 0, count: Self.blockSize)
        var frames = [Float](repeating: 0, count: Self.blockSize * channels)
        while true {
            var span = sound.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            for index in 0..<count { sines[index] = 0 }
            mixer.add(to: &sines, count: count)
            for index in 0..<count {
                if channels == 1 {
                    frames[index] = gain * sound[index] + toneGain * sines[index]
                } else {
                    frames[2 * index] = sound[index]
                    frames[2 * index + 1] = toneGain * sines[index]
                }
            }
            try writer.write(frames.span.extracting(first: count * channels))
            progress(Double(reader.count) / Double(Self.rate))
        }
        try writer.close()
        try partial.finish()
    }

    private func tones(amplitude: Float) -> [ToneMixer.Tone] {
        notes.map { sounding in
            let frequency = 440 * pow(2, Double(sounding.note.pitch - 69) / 12)
            // Compensates for the ear's lower sensitivity at low frequencies.
            let tilt = Float(min(max(pow(440 / frequency, 0.3), 0.6), 1.8))
            let start = Int((sounding.start * Double(Self.rate)).rounded())
            let seconds = min(sounding.end - sounding.start, Self.maximumToneLength)
            return ToneMixer.Tone(
                start: start, length: max(1, Int((seconds * Double(Self.rate)).rounded())),
                frequency: frequency / Double(Self.rate), amplitude: amplitude * tilt)
        }
    }

    /// A suitable amplitude of the tones, and the peak of the recording.
    private static func level(_ audio: String) throws(SoundError) -> (amplitude: Float, peak: Float) {
        let reader = try AudioFileReader(path: audio, rate: Double(rate))
        var block = [Float](repeating: 0, count: blockSize)
        var (power, peak) = (0.0, Float(0))
        var sounding = 0
        while true {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            var sum = 0.0
            for sample in block[..<count] {
                sum += Double(sample * sample)
                peak = max(peak, abs(sample))
            }
            // Excludes silence from the level.
            guard sum / Double(count) > 1e-6 else { continue }
            power += sum
            sounding += count
        }
        let level = Float((power / Double(max(sounding, 1))).squareRoot()) * Self.level
        return (min(max(level, amplitudes.lowerBound), amplitudes.upperBound), peak)
    }
}
