import Foundation

/// Distinguishes tones from noise in a power spectrum, by two measures.
///
/// In the spectrum of noise of any colour, the bins are exponentially distributed around a level that changes slowly
/// with frequency.
///
/// *Prominence*: how far the most prominent peak stands above both its sides. The highest of many noise bins exceeds
/// the mean logarithm around it by about 16 dB, rarely by 18; the partials of a musical tone stand 25 to 60 dB above
/// the spectrum between them. Each side is measured separately, so that slopes and edges in coloured noise do not look
/// like peaks.
///
/// *Contrast*: how far the arithmetic mean of neighbouring bins exceeds the geometric mean (the inverse of spectral
/// flatness), over short blocks, averaged over several of them. For noise it is 10 log10(e^0.577) = 2.5 dB, with a
/// standard deviation below 1 dB. It detects the dense partials of low notes and clusters, whose peaks have no clear
/// sides.
///
/// A value of this type holds tables only: ``measure(_:above:)`` takes O(bins) time and allocates nothing.
struct Tonality {
    /// The tonality of one spectrum.
    struct Measure: Equatable {
        /// Decibels by which the most prominent peak exceeds the higher of its two sides; 0 without a peak.
        var prominence: Float = 0
        /// The bin of that peak.
        var bin = 0
        /// Decibels, in the part of the spectrum where the contrast is highest.
        var contrast: Float = 0
    }

    /// The first bin in which peaks are searched.
    let first: Int
    /// The end of the bins in which peaks are searched.
    let end: Int
    /// The end of the bins that a side may use.
    private let limit: Int
    private var logarithmSums: [Float]
    private var sums: [Float]

    /// Mains hum and the rumble of rooms and floors lie below this frequency. Notes below it have partials above it.
    static let lowest = 105.0
    /// Above this frequency there is little that is not also present below it.
    static let highest = 5000.0
    /// Bins on each side of a peak that belong to its main lobe.
    private static let lobe = 3
    /// A peak with less than this fraction of the total power is ignored.
    private static let smallestPart: Float = 3e-4

    /// - Parameters:
    ///   - binCount: the number of bins of each spectrum.
    ///   - binWidth: hertz.
    init(binCount: Int, binWidth: Double) {
        first = max(2, min(binCount, Int(Self.lowest / binWidth)))
        end = max(first, min(binCount - 16, Int(Self.highest / binWidth)))
        limit = binCount
        logarithmSums = [Float](repeating: 0, count: binCount + 1)
        sums = [Float](repeating: 0, count: binCount + 1)
    }

    /// Measures a spectrum. Ignores peaks and blocks whose power is below `floor` (in the scale of ``PowerSpectrum``).
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
    /// Bins per block of the contrast: few enough for coloured noise to be flat over them.
    private static let block = 12
    /// Blocks that the contrast is averaged over.
    private static let blocks = 4

    /// Bins on each side of a peak: enough for a stable mean, few enough to follow coloured noise.
    private static func width(_ bin: Int) -> Int { max(12, bin / 4) }

    private func meanLogarithm(_ start: Int, _ end: Int) -> Float {
        (logarithmSums[end] - logarithmSums[start]) / Float(end - start)
    }
}
