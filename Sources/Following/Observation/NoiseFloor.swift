/// The noise that is always there, band by band: the softest that each band has been over the last ten seconds or so.
///
/// Music leaves each band alone now and then; hiss, hum and fans don't. Allocates nothing once made.
struct NoiseFloor {
    /// Hops of a span: 3 s.
    private static let span = 258
    /// Spans that are remembered, the present one not counted.
    private static let spans = 3
    /// Of each hop this share enters the smoothed magnitudes: those of a single hop are too irregular to take the least of.
    private static let smoothing: Float = 0.15
    /// Hops until the smoothed magnitudes mean something.
    private static let settling = 20

    /// Magnitudes; 0 until a first span is over.
    private(set) var magnitudes: [Float]
    private var smooth: [Float]
    private var current: [Float]
    // Span after span.
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
    mutating func add(_ heard: [Float]) {
        for band in smooth.indices { smooth[band] += Self.smoothing * (heard[band] - smooth[band]) }
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
