import Foundation
import Sound
import Testing

@testable import Transcription

@Suite struct AudioPrefetcherTests {
    /// A file that is abandoned half read, as when its results cannot be written, takes nothing down with it.
    @Test func mayBeAbandonedAtAnyMoment() throws {
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
        // The threads let go of what they hold on their own time.
        Thread.sleep(forTimeInterval: 0.2)
    }
}
