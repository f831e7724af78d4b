import Dispatch
import Foundation
import Synchronization

/// Hands the pairs of an archive to a few threads, and adds up how far they are.
final class ArchiveWork: Sendable {
    /// Works on the pair of an index; what its argument throws must be thrown on.
    typealias Body = @Sendable (Int, (Double) throws -> Void) throws -> ArchiveEntry

    private struct State {
        var next = 0
        var active = 0
        var shares: [Double]
        var entries: [ArchiveEntry?]
        var failure: AlignmentError?
    }

    private let lengths: [Double]
    private let jobs: Int
    private let isStopped: @Sendable () -> Bool
    private let body: Body
    private let state: Mutex<State>
    // Signalled by each thread that ends.
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter lengths: seconds of each recording.
    init(lengths: [Double], jobs: Int, isStopped: @escaping @Sendable () -> Bool, body: @escaping Body) {
        self.lengths = lengths
        self.jobs = max(1, min(jobs, lengths.count))
        self.isStopped = isStopped
        self.body = body
        state = Mutex(
            State(
                shares: [Double](repeating: 0, count: lengths.count),
                entries: [ArchiveEntry?](repeating: nil, count: lengths.count)))
    }

    /// What made the whole run impossible.
    var failure: AlignmentError? { state.withLock { $0.failure } }

    /// Waits until all is done or given up.
    ///
    /// - Returns: an entry for each pair; nil for those not finished.
    func run(progress: (ArchiveProgress) -> Void) -> [ArchiveEntry?] {
        guard !lengths.isEmpty else { return [] }
        for _ in 0..<jobs { Thread.detachNewThread { self.work() } }
        var ends = 0
        while ends < jobs {
            if ended.wait(timeout: .now() + 0.2) == .success { ends += 1 }
            progress(current)
        }
        return state.withLock { $0.entries }
    }

    private var current: ArchiveProgress {
        state.withLock { state in
            ArchiveProgress(
                seconds: zip(lengths, state.shares).reduce(0) { $0 + $1.0 * $1.1 },
                totalSeconds: lengths.reduce(0, +), pairs: state.entries.count { $0 != nil },
                totalPairs: lengths.count)
        }
    }

    /// Takes pairs until there are none left.
    private func work() {
        defer { ended.signal() }
        while let index = take() {
            do {
                let entry = try body(index) { share in
                    if isStopped() { throw CancellationError() }
                    state.withLock { $0.shares[index] = share.isFinite ? min(max(share, 0), 1) : 0 }
                }
                state.withLock {
                    $0.entries[index] = entry
                    $0.shares[index] = 1
                }
            } catch let error as AlignmentError {
                state.withLock { $0.failure = error }
            } catch {
                // Stopped: the pair is not done.
                return
            }
        }
    }

    private func take() -> Int? {
        guard !isStopped() else { return nil }
        return state.withLock { state in
            guard state.next < lengths.count, state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
