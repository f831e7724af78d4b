import Foundation

/// The parameters of a slow causal gain that brings a stream of unknown level to the level that a network was trained
/// at.
///
/// The gain belongs to the stream, not to the window, so that overlapping windows still share their work.
public struct LevelConditioning: Equatable, Codable, Sendable {
    /// The RMS that the loudest recent passage is scaled to (full scale = 1).
    public var targetRMS: Float
    /// Time constant, in seconds, of the smoothing of mean squares before their peak is held, so that a click does not
    /// move the gain.
    public var smoothing: Float
    /// Time constant of the decay of the held peak, in seconds.
    public var release: Float
    /// Streams quieter than this RMS are not amplified further, so that room noise stays quiet.
    public var floorRMS: Float

    public init(targetRMS: Float = 0.1, smoothing: Float = 0.05, release: Float = 8, floorRMS: Float = 0.002) {
        self.targetRMS = targetRMS
        self.smoothing = smoothing
        self.release = release
        self.floorRMS = floorRMS
    }

    enum CodingKeys: String, CodingKey {
        case smoothing, release
        case targetRMS = "target_rms"
        case floorRMS = "floor_rms"
    }
}

/// Applies a ``LevelConditioning`` to a stream, one hop at a time.
///
/// Within a hop the gain changes linearly from the previous hop's value to this one's. When it has to fall a long way,
/// for example when music starts after silence, it begins the hop at most 6 dB above its final value. Samples that are
/// not finite count as zero. No allocation after `init`; O(hop) time.
public struct LevelConditioner: Sendable {
    private let conditioning: LevelConditioning
    private let smoothingFactor: Float
    private let releaseFactor: Float
    private var smoothed: Float = 0
    private var held: Float = 0
    private var gain: Float = 0
    private var started = false

    /// - Parameters:
    ///   - hop: samples per call of ``process(_:)``.
    ///   - sampleRate: in hertz.
    public init(_ conditioning: LevelConditioning, hop: Int, sampleRate: Int) {
        self.conditioning = conditioning
        let seconds = Float(hop) / Float(sampleRate)
        smoothingFactor = 1 - exp(-seconds / max(conditioning.smoothing, 1e-6))
        releaseFactor = exp(-seconds / max(conditioning.release, 1e-6))
    }

    /// Clears all state: the next hop is the first of a new epoch.
    public mutating func reset() {
        smoothed = 0
        held = 0
        gain = 0
        started = false
    }

    /// Updates the gain with one hop's mean square and returns the gain before the hop's first sample and at its last.
    public mutating func gains(forMeanSquare meanSquare: Float) -> (from: Float, to: Float) {
        smoothed += (meanSquare - smoothed) * (started ? smoothingFactor : 1)
        held = max(smoothed, held * releaseFactor)
        let floor = conditioning.floorRMS * conditioning.floorRMS
        let next = conditioning.targetRMS / max(held, floor).squareRoot()
        let from = started ? min(gain, 2 * next) : next
        gain = next
        started = true
        return (from, next)
    }

    /// Scales one hop in place.
    public mutating func process(_ samples: inout MutableSpan<Float>) {
        var sum: Float = 0
        for index in samples.indices {
            if !samples[index].isFinite { samples[index] = 0 }
            sum += samples[index] * samples[index]
        }
        guard samples.count > 0 else { return }
        let meanSquare = sum / Float(samples.count)
        let (from, to) = gains(forMeanSquare: meanSquare.isFinite ? meanSquare : 1e12)
        let slope = (to - from) / Float(samples.count)
        for index in samples.indices {
            samples[index] *= from + slope * Float(index + 1)
        }
    }
}
