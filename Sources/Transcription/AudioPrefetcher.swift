import Foundation
import Sound
import Synchronization

/// Decodes and resamples an audio file on a thread of its own, a few blocks ahead of whoever works on the samples.
///
/// ``next()`` is for one thread. Holds at most ``depth`` blocks, whatever the length of the file.
final class AudioPrefetcher: Sendable {
    private struct State {
        var blocks: [[Float]] = []
        var error: SoundError?
        var unusableCount = 0
        var isCancelled = false
    }

    /// Samples in a block but for the last one.
    static let blockLength = 1 << 16
    /// Blocks decoded ahead.
    static let depth = 4

    private let state = Mutex(State())
    // Raised to `depth` by signals: Dispatch traps when a semaphore goes with less than the value it was made with, which
    // is how an abandoned file leaves this one.
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    /// - Parameter reader: nobody else may use it from here on.
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
            // Whoever asks again gets the same answer.
            filled.signal()
            if let error { throw error }
        }
        free.signal()
        return block
    }

    /// Samples so far that were no usable numbers and were replaced by 0.
    var unusableCount: Int { state.withLock { $0.unusableCount } }

    /// Lets the thread end before the file does; until it has, it keeps this object.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        free.signal()
    }

    /// Reads one block; false at the end.
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
