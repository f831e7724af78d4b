/// The steady noise of each band: the minimum of its smoothed magnitude over about ten seconds.
///
/// Music leaves every band silent now and then; hiss, hum and fans don't. Allocates nothing after `init`.
struct NoiseFloor {
    /// Hops per span: 3 s.
    private static let span = 258
    /// Number of completed spans that are remembered.
    private static let spans = 3
    /// The weight of each hop in the smoothed magnitudes. Those of single hops fluctuate too much for a minimum.
    private static let smoothing: Float = 0.15
    /// Hops until the smoothed magnitudes are usable.
    private static let settling = 20

    /// The magnitude of the noise per band; 0 until the first span is complete.
    private(set) var magnitudes: [Float]
    private var smooth: [Float]
    private var current: [Float]
    // Minima of the last spans: span x band.
    private var past: [Float]
    private var oldest = 0
    private var hops = 0
    private var settled = 0

    init(bands: Int) {
        magnitudes = [Float](repeating: 0, count: bands)
        smooth = magnitudes
        current = [Float](repeating: .infinity, count: bands)
        past = [Float](repeating: .infinity, count: bands * Self.spans)
    }

    /// Takes the magnitudes of a hop.
    mutating func add(_ hop: [Float]) {
        for band in smooth.indices { smooth[band] += Self.smoothing * (hop[band] - smooth[band]) }
        guard settled >= Self.settling else {
            settled += 1
            return
        }
        for band in current.indices { current[band] = min(current[band], smooth[band]) }
        hops += 1
        guard hops == Self.span else { return }
        hops = 0
        let bands = current.count
        for band in 0..<bands { past[oldest * bands + band] = current[band] }
        oldest = (oldest + 1) % Self.spans
        for band in 0..<bands {
            var least = current[band]
            for span in 0..<Self.spans { least = min(least, past[span * bands + band]) }
            magnitudes[band] = least
            current[band] = .infinity
        }
    }
}
