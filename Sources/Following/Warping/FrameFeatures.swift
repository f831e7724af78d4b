import Foundation

/// Turns the magnitudes of frames that follow each other into vectors that can be compared, whatever the level and the instrument.
///
/// Magnitudes are measured against the loudest of the last seconds and compressed by a logarithm. Allocates when made and never after.
struct FrameFeatures {
    enum Kind: Sendable {
        /// What has grown: S. Dixon's positive spectral difference, which fades instead of being gone at once.
        case onsets
        /// The compressed spectrum, and what has grown, twice as heavy: A. Arzt's log-spectral features with onsets emphasised.
        case spectrum
    }

    /// Of what has grown, against the spectrum's 1.
    private static let weight: Float = 2
    /// A vector's sum at which it is scaled by one half, for each band: weaker ones, of silence, don't become strong.
    private static let softness: Float = 0.1
    /// Compression: log(1 + gain * magnitude / reference).
    private static let gain: Float = 1000
    /// Frames over which a growth is measured: half a window.
    private static let span = 2
    /// A growth fades by this factor a frame.
    private static let fading: Float = 0.75
    /// Frames after which the beginning is forgotten, but for the reference.
    static let reach = 8
    /// The reference isn't below, so that silence stays silent.
    private static let leastReference: Float = 0.01
    /// The reference falls to 1/e in so many seconds.
    private static let memory = 10.0

    let kind: Kind
    let bands: Int
    private let forgetting: Float
    private var reference: Float = 0
    // The last `span` frames, compressed; and the growth, faded.
    private var history: [Float]
    private var growth: [Float]
    private var slot = 0

    init(_ kind: Kind, bands: Int) {
        self.kind = kind
        self.bands = bands
        forgetting = Float(exp(-1 / (Self.memory * SlidingSpectrum.rate)))
        history = [Float](repeating: 0, count: Self.span * bands)
        growth = [Float](repeating: 0, count: bands)
    }

    /// Length of the vectors.
    var dimensions: Int { kind == .onsets ? bands : 2 * bands }

    /// As if silence had gone before. The level heard is kept.
    mutating func reset() {
        for index in history.indices { history[index] = 0 }
        for index in growth.indices { growth[index] = 0 }
    }

    /// Takes the next frame.
    ///
    /// - Parameters:
    ///   - magnitudes: one for each band.
    ///   - vector: room for ``dimensions``.
    mutating func next(_ magnitudes: UnsafePointer<Float>, into vector: UnsafeMutablePointer<Float>) {
        var total: Float = 0
        for band in 0..<bands { total += magnitudes[band] }
        reference = max(total, reference * forgetting, Self.leastReference)
        let scale = Self.gain / reference
        let (bands, kind, slot) = (bands, kind, slot)
        let floor = Self.softness * Float(bands)
        history.withUnsafeMutableBufferPointer { history in
            growth.withUnsafeMutableBufferPointer { growth in
                let rises = kind == .onsets ? vector : vector + bands
                var grown = floor
                var loud = floor
                for band in 0..<bands {
                    let level = log(1 + scale * magnitudes[band])
                    let rise = level - history[slot * bands + band]
                    history[slot * bands + band] = level
                    growth[band] = max(rise, Self.fading * growth[band])
                    grown += growth[band]
                    loud += level
                    rises[band] = growth[band]
                    if kind == .spectrum { vector[band] = level }
                }
                let weight = kind == .onsets ? 1 / grown : Self.weight / grown
                for band in 0..<bands { rises[band] *= weight }
                if kind == .spectrum {
                    for band in 0..<bands { vector[band] /= loud }
                }
            }
        }
        self.slot = (slot + 1) % Self.span
    }
}
