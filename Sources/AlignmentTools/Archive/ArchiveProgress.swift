import Synchronization

/// The progress of an archive run.
public struct ArchiveProgress: Sendable, Equatable {
    /// Seconds of audio aligned by this run, including the completed fractions of active pairs.
    public var seconds: Double
    /// Seconds of audio that this run has to align.
    public var totalSeconds: Double
    /// Number of pairs completed by this run.
    public var pairs: Int
    /// Number of pairs that this run has to align.
    public var totalPairs: Int
}

/// The completed fraction of each pair. Thread-safe.
final class ArchiveShares: Sendable {
    private struct State {
        /// The completed fraction of each pair, 0...1.
        var shares: [Double]
        var done = 0
    }

    /// Durations of the recordings in seconds.
    private let lengths: [Double]
    private let state: Mutex<State>

    /// - Parameter lengths: durations of the recordings in seconds.
    init(_ lengths: [Double]) {
        self.lengths = lengths
        state = Mutex(State(shares: [Double](repeating: 0, count: lengths.count)))
    }

    func set(_ share: Double, of index: Int) {
        state.withLock { $0.shares[index] = share.isFinite ? min(max(share, 0), 1) : 0 }
    }

    func finish(_ index: Int) {
        state.withLock { state in
            state.shares[index] = 1
            state.done += 1
        }
    }

    var progress: ArchiveProgress {
        state.withLock { state in
            ArchiveProgress(
                seconds: zip(lengths, state.shares).reduce(0) { $0 + $1.0 * $1.1 },
                totalSeconds: lengths.reduce(0, +), pairs: state.done, totalPairs: lengths.count)
        }
    }
}
