import Foundation

/// The level of one hop of raw input, before level conditioning.
public struct HopLevel: Sendable, Equatable {
    /// The level reported for digital silence; keeps infinities out of published values.
    public static let silenceDBFS = -120.0

    /// RMS in decibels relative to full scale; a full-scale square wave has 0.
    public var rmsDBFS: Double
    /// The largest sample magnitude in decibels relative to full scale; above 0 the input is overdriven.
    public var peakDBFS: Double

    public init(rmsDBFS: Double = silenceDBFS, peakDBFS: Double = silenceDBFS) {
        self.rmsDBFS = rmsDBFS
        self.peakDBFS = peakDBFS
    }

    /// Measures a hop. Samples that are not finite count as zero.
    public init(of hop: Span<Float>) {
        var sum: Float = 0
        var peak: Float = 0
        for index in hop.indices where hop[index].isFinite {
            sum += hop[index] * hop[index]
            peak = max(peak, hop[index].magnitude)
        }
        let meanSquare = hop.count > 0 ? Double(sum) / Double(hop.count) : 0
        rmsDBFS = Self.decibels(power: meanSquare)
        peakDBFS = Self.decibels(power: Double(peak) * Double(peak))
    }

    private static func decibels(power: Double) -> Double {
        guard power.isFinite else { return -silenceDBFS }
        return power > 0 ? max(silenceDBFS, 10 * log10(power)) : silenceDBFS
    }
}
