import Foundation

/// Converts the magnitudes of consecutive frames to feature vectors that are independent of level and instrument.
///
/// Magnitudes are taken relative to the loudest of the last seconds and compressed logarithmically. Allocates nothing
/// after `init`.
struct FrameFeatures {
    enum Kind: Sendable {
        /// The rises: S. Dixon's positive spectral difference, which fades instead of lasting one frame only.
        case onsets
        /// The compressed spectrum, and the rises with double weight: A. Arzt's log-spectral features with emphasised
        /// onsets.
        case spectrum
    }

    /// The weight of the rises relative to the spectrum.
    private static let weight: Float = 2
    /// The sum per band at which a vector is scaled by one half, so that the weak vectors of silence stay weak.
    private static let softness: Float = 0.1
    /// Compression: log(1 + gain * magnitude / reference).
    private static let gain: Float = 1000
    /// Frames over which a rise is measured: half a window.
    private static let span = 2
    /// The factor by which a rise fades per frame.
    private static let fading: Float = 0.75
    /// Frames after which earlier frames matter only for the reference.
    static let reach = 8
    /// The least reference, so that silence stays silent.
    private static let leastReference: Float = 0.01
    /// Seconds in which the reference falls to 1/e.
    private static let memory = 10.0

    let kind: Kind
    let bands: Int
    private let forgetting: Float
    private var reference: Float = 0
    // The last `span` compressed frames, and the faded rises.
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

    /// Discards the previous frames, but keeps the reference.
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
