import Foundation
import Sound
import Synthesis

/// Degradations of a recording: reduced bandwidth and lossy coding.
enum Medium {
    /// Removes frequencies above half of `rate`, in Hz.
    ///
    /// - Throws: `SoundError`.
    static func narrow(_ samples: [Float], to rate: Double) throws -> [Float] {
        let full = Double(Synthesizer.rate)
        let low = try Resampler.resampled(samples, from: full, to: rate)
        var result = try Resampler.resampled(low, from: rate, to: full)
        result.resize(to: samples.count)
        return result
    }

    /// Encodes as Ogg Vorbis and decodes again, through a temporary file.
    ///
    /// - Parameter quality: 0 (lowest) to 1.
    /// - Throws: `SoundError`.
    static func code(_ samples: [Float], quality: Double) throws -> [Float] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID().uuidString).ogg").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // The encoder clips samples beyond full scale.
        let peak = samples.reduce(0) { max($0, abs($1)) }
        guard peak > 0 else { return samples }
        try AudioFileWriter.write(samples.map { $0 * 0.9 / peak }, to: path, format: .vorbis, quality: quality)
        var result = try AudioFileReader.readAll(path: path).map { $0 * peak / 0.9 }
        result.resize(to: samples.count)
        return result
    }
}

extension [Float] {
    /// Truncates the array, or pads it with silence.
    fileprivate mutating func resize(to wanted: Int) {
        if count > wanted { removeLast(count - wanted) }
        append(contentsOf: repeatElement(0, count: wanted - count))
    }
}
