import Foundation
import Sound
import Synchronization

/// Decodes and resamples an audio file on its own thread, a few blocks ahead of the consumer.
///
/// ``next()`` must be called from one thread only. Memory is bounded: at most ``depth`` blocks, whatever the file's
/// length.
final class AudioPrefetcher: Sendable {
    private struct State {
        var blocks: [[Float]] = []
        var error: SoundError?
        var unusableCount = 0
        var isCancelled = false
    }

    /// Samples per block; the last block may be shorter.
    static let blockLength = 1 << 16
    /// The maximum number of blocks decoded ahead.
    static let depth = 4

    private let state = Mutex(State())
    // Starts at 0 and is raised to `depth` by signals: Dispatch traps when a semaphore is destroyed with a value below
    // its initial one, and an abandoned file leaves this one so.
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    /// - Parameter reader: owned by this object from now on.
    init(_ reader: sending AudioFileReader) {
        nonisolated(unsafe) let reader = reader
        for _ in 0..<Self.depth { free.signal() }
        Thread.detachNewThread {
            while self.readBlock(reader) {}
        }
    }

    /// The next samples; empty at the end of the file.
    func next() throws(SoundError) -> [Float] {
        filled.wait()
        let (block, error) = state.withLock { state in
            (state.blocks.isEmpty ? [] : state.blocks.removeFirst(), state.error)
        }
        if block.isEmpty {
            // A later call gets the same answer.
            filled.signal()
            if let error { throw error }
        }
        free.signal()
        return block
    }

    /// Samples decoded so far that were not finite or were out of range, and were replaced by 0.
    var unusableCount: Int { state.withLock { $0.unusableCount } }

    /// Makes the decoding thread exit before the end of the file. The thread retains this object until then.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        free.signal()
    }

    /// Reads one block. Returns false at the end of the file, after an error and after ``cancel()``.
    private func readBlock(_ reader: AudioFileReader) -> Bool {
        free.wait()
        if state.withLock({ $0.isCancelled }) { return false }
        var block = [Float](repeating: 0, count: Self.blockLength)
        var failure: SoundError?
        var count = 0
        do {
            var span = block.mutableSpan
            count = try reader.read(into: &span)
        } catch {
            failure = error
        }
        block.removeLast(block.count - count)
        let isEnd = count == 0
        let found = reader.unusableCount
        state.withLock { state in
            if !isEnd { state.blocks.append(block) }
            state.error = failure
            state.unusableCount = found
        }
        filled.signal()
        return !isEnd
    }
}
