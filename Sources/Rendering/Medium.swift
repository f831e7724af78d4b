import Foundation
import Sound
import Synthesis

/// What a recording goes through on its way to the listener: a lower sample rate, a lossy coding.
enum Medium {
    /// Takes away what a sample rate of `rate` Hz has no room for.
    ///
    /// - Throws: `SoundError`.
    static func narrow(_ samples: [Float], to rate: Double) throws -> [Float] {
        let full = Double(Synthesizer.rate)
        let low = try Resampler.resampled(samples, from: full, to: rate)
        var result = try Resampler.resampled(low, from: rate, to: full)
        result.resize(to: samples.count)
        return result
    }

    /// Codes and decodes by Ogg Vorbis, through a file in the folder of temporary files.
    ///
    /// - Parameter quality: 0 (poor) to 1.
    /// - Throws: `SoundError`.
    static func code(_ samples: [Float], quality: Double) throws -> [Float] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID().uuidString).ogg").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Coders expect what fits into full scale.
        let peak = samples.reduce(0) { max($0, abs($1)) }
        guard peak > 0 else { return samples }
        try AudioFileWriter.write(samples.map { $0 * 0.9 / peak }, to: path, format: .vorbis, quality: quality)
        var result = try AudioFileReader.readAll(path: path).map { $0 * peak / 0.9 }
        result.resize(to: samples.count)
        return result
    }
}

extension [Float] {
    /// Cuts the end off, or adds silence.
    fileprivate mutating func resize(to wanted: Int) {
        if count > wanted { removeLast(count - wanted) }
        append(contentsOf: repeatElement(0, count: wanted - count))
    }
}
