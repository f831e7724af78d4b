import Foundation
import Sound
import Testing

@testable import Transcription

@Suite struct AudioPrefetcherTests {
    /// Abandoning a half-read file, for example because its results cannot be written, does not crash.
    @Test func canBeAbandonedAnyTime() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID()).wav").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let length = 6 * AudioPrefetcher.blockLength
        var writer = try AudioFileWriter(path: path)
        try writer.write([Float](repeating: 0.25, count: length).span)
        try writer.close()
        for read in 0..<6 {
            for _ in 0..<4 {
                let prefetcher = AudioPrefetcher(try AudioFileReader(path: path, rate: 44100))
                for _ in 0..<read { #expect(try !prefetcher.next().isEmpty) }
                prefetcher.cancel()
            }
        }
        // The threads release their references asynchronously.
        Thread.sleep(forTimeInterval: 0.2)
    }
}
