import Basics

/// Recordings to draw from, with the probability of each.
struct ExcerptPool: Sendable {
    let recordings: [Recording]
    /// Cumulative probabilities, up to 1; empty if all recordings are equally likely.
    private let bounds: [Double]

    /// Creates a pool whose recordings are equally likely, whatever their duration.
    init(_ recordings: [Recording]) {
        self.recordings = recordings
        bounds = []
    }

    /// - Parameter weights: one for each recording, not negative and not all 0.
    init(_ recordings: [Recording], weights: [Double]) {
        self.recordings = recordings
        var sum = 0.0
        let sums = weights.map { weight in
            sum += weight
            return sum
        }
        bounds = sums.map { $0 / sum }
    }

    /// Combines several pools.
    ///
    /// - Parameter parts: non-empty pools, and how often each is drawn from, relative to the others.
    init(_ parts: [(pool: ExcerptPool, share: Double)]) {
        self.init(
            parts.flatMap(\.pool.recordings),
            weights: parts.flatMap { part in part.pool.weights.map { part.share * $0 } })
    }

    /// The probability of each recording.
    private var weights: [Double] {
        guard !bounds.isEmpty else {
            return [Double](repeating: 1 / Double(max(1, recordings.count)), count: recordings.count)
        }
        return zip(bounds, [0] + bounds).map { $0 - $1 }
    }

    func draw(_ random: inout SplitMix64) -> Recording {
        guard !bounds.isEmpty else { return recordings[Int(random.next() % UInt64(recordings.count))] }
        let place = random.uniform(0...1)
        var (low, high) = (0, bounds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return recordings[low]
    }
}
