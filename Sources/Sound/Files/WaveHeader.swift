import Foundation

/// Detects truncated WAV files, which libsndfile accepts silently.
enum WaveHeader {
    /// Returns a clause that describes the truncation if the data chunk of a RIFF/WAVE file claims more bytes than the
    /// file has; nil otherwise, and for all other files. Recorders write a size of 0, or of 2^31 - 1 or more, before
    /// they know the length: such sizes are ignored.
    static func truncation(path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let size = try? handle.seekToEnd(), (try? handle.seek(toOffset: 0)) != nil,
            let head = try? handle.read(upToCount: 12), head.count == 12,
            head.prefix(4) == Data("RIFF".utf8), head.suffix(4) == Data("WAVE".utf8)
        else { return nil }
        var offset: UInt64 = 12
        // Real files have only a few chunks before the samples.
        for _ in 0..<64 {
            guard (try? handle.seek(toOffset: offset)) != nil, let chunk = try? handle.read(upToCount: 8),
                chunk.count == 8
            else { return nil }
            let claimed = chunk.suffix(4).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if chunk.prefix(4) == Data("data".utf8) {
                let present = size - min(size, offset + 8)
                guard claimed < 0x7FFF_FFFF, claimed > present else { return nil }
                return "it is truncated: it has \(present) of \(claimed) bytes of samples"
            }
            offset += 8 + claimed + claimed % 2
        }
        return nil
    }
}
