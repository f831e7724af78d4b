import Kernels

/// The linear layer of a stream: adds each hop's features to the outputs of all windows that contain them.
///
/// Only the newest features' contribution to the window that completes now is urgent. The rest is done in groups that
/// double with the lag, for 2, 4, 8 and 16 hops' features at once, one lag of each group per hop. The load stays even,
/// and the weights are read from memory about five times less often than lag by lag. The result is exact and never
/// late.
final class StreamingLinear {
    private let weights: [PackedMatrix]
    private let bias: [Float]
    private let featureCount: Int
    let outputCount: Int
    private let features: Scratch
    private let pending: Scratch
    /// Rows of both ring buffers; a power of two.
    private let ring: Int
    private var hops = 0
    private var isSettled = true

    /// - Parameters:
    ///   - weights: `[features][outputs]` for each lag; lag 0 is the newest hop.
    ///   - bias: `[outputs]`, or empty for none.
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

    /// Begins a hop and returns where to write its `featureCount` features before calling ``complete()``.
    func begin() -> UnsafeMutablePointer<Float> {
        settle()
        return features.pointer + (hops % ring) * featureCount
    }

    /// Completes the window that ends with the features just written.
    ///
    /// - Returns: its `outputCount` sums, valid until ``settle()``.
    func complete() -> UnsafeMutablePointer<Float> {
        let row = pending.pointer + (hops % ring) * outputCount
        weights[0].multiply(
            features.pointer + (hops % ring) * featureCount, pitch: featureCount, count: 1, into: row,
            resultPitch: outputCount, accumulating: true)
        for index in bias.indices { row[index] += bias[index] }
        isSettled = false
        return row
    }

    /// Does the deferred work. ``begin()`` calls it if the caller has not.
    func settle() {
        guard !isSettled else { return }
        isSettled = true
        let now = hops
        (pending.pointer + (now % ring) * outputCount).update(repeating: 0, count: outputCount)
        if weights.count > 1 { add(lag: 1, from: now, rows: 1) }
        var group = 2
        while group < weights.count {
            // The last hop that completed a group of this size, and the hops since.
            let last = (now + 1) / group * group - 1
            let lag = group + (now - last)
            if last >= 0, lag < min(2 * group, weights.count) { add(lag: lag, from: last - group + 1, rows: group) }
            group *= 2
        }
        hops += 1
    }

    /// Clears all state.
    func reset() {
        features.clear()
        pending.clear()
        hops = 0
        isSettled = true
    }

    /// Adds the contributions of hops `first`..<`first + rows` to the windows `lag` hops later.
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
