import Basics

/// A minute of noise made once and read from random places: white, and pink by Voss and McCartney's sum of held values.
///
/// Both have an RMS of 1.
struct NoiseTable: Sendable {
    let white: [Float]
    let pink: [Float]

    init(seed: UInt64, count: Int = 1 << 21) {
        var random = SplitMix64(seed: seed, step: -1)
        let white = (0..<count).map { _ in random.gaussian() }
        var held = [Float](repeating: 0, count: 16)
        var total: Float = 0
        var pink = (0..<count).map { index -> Float in
            let row = min(15, index == 0 ? 0 : index.trailingZeroBitCount)
            let fresh = random.gaussian()
            total += fresh - held[row]
            held[row] = fresh
            return total + white[index]
        }
        let rms = (pink.reduce(0) { $0 + $1 * $1 } / Float(count)).squareRoot()
        for index in pink.indices { pink[index] /= rms }
        self.white = white
        self.pink = pink
    }
}
