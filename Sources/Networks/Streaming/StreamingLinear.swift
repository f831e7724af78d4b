import Kernels

/// The linear layer of a stream: each hop's features are added into the outputs of all windows they belong to.
///
/// Only the newest features' share in the window that completes now is urgent. The rest is done in groups that double
/// with the lag, for 2, 4, 8, 16 hops' features at once, one lag of each group a hop: the load stays even, and the
/// weights are read from memory about five times less often than lag by lag. Nothing is approximated or late.
///
/// One owner; no allocation after `init`.
final class StreamingLinear {
    private let weights: [PackedMatrix]
    private let bias: [Float]
    private let featureCount: Int
    let outputCount: Int
    private let features: Scratch
    private let pending: Scratch
    /// Rows of both rings; a power of two.
    private let ring: Int
    private var hops = 0
    private var isSettled = true

    /// - Parameters:
    ///   - weights: for each lag (0 the newest hop), `[features][outputs]`.
    ///   - bias: `[outputs]`, or empty.
    init(weights: [[Float]], featureCount: Int, outputCount: Int, bias: [Float]) {
        self.weights = weights.map { PackedMatrix($0, rows: featureCount, columns: outputCount) }
        self.bias = bias
        self.featureCount = featureCount
        self.outputCount = outputCount
        var ring = 4
        while ring < 2 * weights.count + 2 { ring *= 2 }
        self.ring = ring
        features = Scratch(ring * featureCount)
        pending = Scratch(ring * outputCount)
    }

    /// Begins a hop: the place for its `featureCount` features, to be filled before ``complete()``.
    func begin() -> UnsafeMutablePointer<Float> {
        settle()
        return features.pointer + (hops % ring) * featureCount
    }

    /// Completes the window that ends with the features just written where ``begin()`` said.
    ///
    /// - Returns: its `outputCount` sums, to be used before ``settle()``.
    func complete() -> UnsafeMutablePointer<Float> {
        let row = pending.pointer + (hops % ring) * outputCount
        weights[0].multiply(
            features.pointer + (hops % ring) * featureCount, pitch: featureCount, count: 1, into: row,
            resultPitch: outputCount, accumulating: true)
        for index in bias.indices { row[index] += bias[index] }
        isSettled = false
        return row
    }

    /// Does what is not urgent; ``begin()`` does it when nobody has.
    func settle() {
        guard !isSettled else { return }
        isSettled = true
        let now = hops
        (pending.pointer + (now % ring) * outputCount).update(repeating: 0, count: outputCount)
        if weights.count > 1 { add(lag: 1, from: now, rows: 1) }
        var group = 2
        while group < weights.count {
            // The last hop that completed a group of `group`, and how far we are since.
            let last = (now + 1) / group * group - 1
            let lag = group + (now - last)
            if last >= 0, lag < min(2 * group, weights.count) { add(lag: lag, from: last - group + 1, rows: group) }
            group *= 2
        }
        hops += 1
    }

    /// Forgets everything.
    func reset() {
        features.clear()
        pending.clear()
        hops = 0
        isSettled = true
    }

    /// Adds the share of hops `first`..<`first + rows` in the windows `lag` hops later.
    private func add(lag: Int, from first: Int, rows: Int) {
        var row = 0
        while row < rows {
            let source = (first + row) % ring
            let target = (first + row + lag) % ring
            let count = min(rows - row, ring - source, ring - target)
            weights[lag].multiply(
                features.pointer + source * featureCount, pitch: featureCount, count: count,
                into: pending.pointer + target * outputCount, resultPitch: outputCount, accumulating: true)
            row += count
        }
    }
}
