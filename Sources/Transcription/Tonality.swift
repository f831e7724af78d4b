import Foundation

/// Tells tones from noise in a power spectrum, by two measures.
///
/// In the spectrum of noise, whatever its colour, bins are exponentially distributed around a level that changes slowly
/// with frequency.
///
/// *Prominence*: how far the most prominent peak stands above both its sides. The highest of many bins of noise exceeds
/// the mean of the logarithms around it by about 16 dB, rarely by 18; the partials of a musical tone stand 25 to 60 dB
/// above what lies between them. Each side is measured by itself, so that slopes and edges in the colour of a noise don't
/// look like peaks.
///
/// *Contrast*: how far the arithmetic mean of neighbouring bins exceeds the geometric one (the inverse of spectral
/// flatness), over short blocks, averaged over some of them. For noise that is 10 log10(e^0.577) = 2.5 dB, with a spread
/// of less than 1. It sees the dense partials of low notes and clusters, none of which has free sides.
///
/// A value of this type is a set of tables: ``measure(_:above:)`` takes O(bins) time and allocates nothing.
struct Tonality {
    /// What a spectrum holds of tones.
    struct Measure: Equatable {
        /// Decibels of the most prominent peak above the higher one of its two sides; 0 when there is no peak.
        var prominence: Float = 0
        /// The bin of that peak.
        var bin = 0
        /// Decibels, in the part of the spectrum where it is highest.
        var contrast: Float = 0
    }

    /// Bins are looked at from here...
    let first: Int
    /// ...up to here, not included.
    let end: Int
    /// The last bin that a side may reach, not included.
    private let limit: Int
    private var logarithmSums: [Float]
    private var sums: [Float]

    /// Below this frequency mains hum and the rumble of rooms and floors live; notes below it have partials above it.
    static let lowest = 105.0
    /// Above this frequency, little that isn't also to be found below it.
    static let highest = 5000.0
    /// The bins next to a peak that its own main lobe fills.
    private static let lobe = 3
    /// A peak that carries less than this part of all power says nothing about the sound.
    private static let smallestPart: Float = 3e-4

    /// - Parameters:
    ///   - binCount: bins of the spectra to come.
    ///   - binWidth: hertz.
    init(binCount: Int, binWidth: Double) {
        first = max(2, min(binCount, Int(Self.lowest / binWidth)))
        end = max(first, min(binCount - 16, Int(Self.highest / binWidth)))
        limit = binCount
        logarithmSums = [Float](repeating: 0, count: binCount + 1)
        sums = [Float](repeating: 0, count: binCount + 1)
    }

    /// Measures a spectrum, counting only what has at least the power `floor` (as ``PowerSpectrum`` scales it).
    mutating func measure(_ power: Span<Float>, above floor: Float) -> Measure {
        guard power.count == limit, end > first else { return Measure() }
        let last = min(limit, end + max(Self.width(end), 16) + Self.lobe + 1)
        for bin in 0..<last {
            sums[bin + 1] = sums[bin] + power[bin]
            logarithmSums[bin + 1] = logarithmSums[bin] + log2(power[bin] + 1e-20)
        }
        let smallest = max(floor, sums[last] * Self.smallestPart)
        var best = Measure()
        for bin in first..<end {
            let value = power[bin]
            guard value >= smallest, value >= power[bin - 1], value >= power[bin + 1] else { continue }
            let width = Self.width(bin)
            let below = meanLogarithm(max(1, bin - Self.lobe - width + 1), bin - Self.lobe + 1)
            let above = meanLogarithm(bin + Self.lobe, min(last, bin + Self.lobe + width))
            let prominence = (log2(value + 1e-20) - max(below, above)) * Self.decibelsPerOctave
            if prominence > best.prominence {
                best.prominence = prominence
                best.bin = bin
            }
        }
        best.contrast = contrast(above: smallest)
        return best
    }

    private func contrast(above smallest: Float) -> Float {
        var best: Float = 0
        var start = first
        let span = Self.block * Self.blocks
        while start + span <= end {
            defer { start += span / 2 }
            guard sums[start + span] - sums[start] >= smallest else { continue }
            var sum: Float = 0
            for block in stride(from: start, to: start + span, by: Self.block) {
                let mean = (sums[block + Self.block] - sums[block]) / Float(Self.block)
                sum += log2(mean + 1e-20) - meanLogarithm(block, block + Self.block)
            }
            best = max(best, sum / Float(Self.blocks) * Self.decibelsPerOctave)
        }
        return best
    }

    private static let decibelsPerOctave: Float = 3.0103
    /// Bins in a block of the contrast: few enough for the colour of a noise to be even over them.
    private static let block = 12
    /// Blocks it is averaged over.
    private static let blocks = 4

    /// Bins on each side of a peak: enough of them for a steady mean, few enough to follow the colour of a noise.
    private static func width(_ bin: Int) -> Int { max(12, bin / 4) }

    private func meanLogarithm(_ start: Int, _ end: Int) -> Float {
        (logarithmSums[end] - logarithmSums[start]) / Float(end - start)
    }
}
