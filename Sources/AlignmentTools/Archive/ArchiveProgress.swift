import Synchronization

/// How far an archive has come.
public struct ArchiveProgress: Sendable, Equatable {
    /// Seconds of recordings aligned by this run, those in hand by their share.
    public var seconds: Double
    /// Seconds of recordings that this run has to do.
    public var totalSeconds: Double
    /// Pairs done by this run.
    public var pairs: Int
    /// Pairs that this run has to do.
    public var totalPairs: Int
}

/// How far each pair of a run is; threads share it.
final class ArchiveShares: Sendable {
    private struct State {
        /// 0...1 for each pair.
        var shares: [Double]
        var done = 0
    }

    /// Seconds of each recording.
    private let lengths: [Double]
    private let state: Mutex<State>

    /// - Parameter lengths: seconds of each recording.
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
