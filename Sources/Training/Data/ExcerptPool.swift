import Basics

/// Recordings to draw from, and how often each of them is drawn.
struct ExcerptPool: Sendable {
    let recordings: [Recording]
    /// The sum of the weights up to and with each recording, 1 at the end; empty where all weigh the same.
    private let bounds: [Double]

    /// All recordings alike: long ones don't weigh more.
    init(_ recordings: [Recording]) {
        self.recordings = recordings
        bounds = []
    }

    /// - Parameter weights: one for each recording, at least 0 and not all 0.
    init(_ recordings: [Recording], weights: [Double]) {
        self.recordings = recordings
        var sum = 0.0
        let sums = weights.map { weight in
            sum += weight
            return sum
        }
        bounds = sums.map { $0 / sum }
    }

    /// Several pools as one.
    ///
    /// - Parameter parts: pools, none of them empty, and how often each of them is drawn from, relative to the others.
    init(_ parts: [(pool: ExcerptPool, share: Double)]) {
        self.init(
            parts.flatMap(\.pool.recordings),
            weights: parts.flatMap { part in part.pool.weights.map { part.share * $0 } })
    }

    /// One for each recording, 1 in all.
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
