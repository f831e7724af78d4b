import Foundation
import Transcription

/// Brings the level of every hop down to a line about ten times a second.
public struct LevelMeter: Sendable {
    /// Hops in one line: nine hops of 512 samples are 104 ms.
    static let hopsPerLine = 9

    private var power = 0.0
    private var peak = HopLevel.silenceDBFS
    private var hops = 0

    public init() {}

    /// Adds a hop; returns the level of the last nine when they are complete.
    public mutating func add(_ level: HopLevel) -> HopLevel? {
        power += pow(10, level.rmsDBFS / 10)
        peak = max(peak, level.peakDBFS)
        hops += 1
        guard hops == Self.hopsPerLine else { return nil }
        let mean = power / Double(hops)
        defer { self = LevelMeter() }
        return HopLevel(
            rmsDBFS: mean > 0 ? max(10 * log10(mean), HopLevel.silenceDBFS) : HopLevel.silenceDBFS, peakDBFS: peak)
    }
}
