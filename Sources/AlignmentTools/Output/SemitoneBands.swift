import Foundation
import Sound

/// Gathers the power of a spectrum into bands of equal width in pitch.
struct SemitoneBands: Sendable {
    /// MIDI note numbers from the lower edge of the lowest band to the upper edge of the highest.
    let pitches: ClosedRange<Double>
    let count: Int
    /// Of each band: transform bins and their weights, which sum to 1.
    private let weights: [[(bin: Int, weight: Float)]]

    /// - Parameters:
    ///   - pitches: the lowest and highest MIDI note that has a band in its middle.
    ///   - perSemitone: bands in a semitone.
    ///   - size: of the transform.
    ///   - rate: Hz.
    init(pitches: ClosedRange<Int>, perSemitone: Int, size: Int, rate: Double) {
        let step = 1 / Double(perSemitone)
        let low = Double(pitches.lowerBound) - 0.5
        count = pitches.count * perSemitone
        self.pitches = low...low + Double(pitches.count)
        let spacing = rate / Double(size)
        weights = (0..<count).map { band in
            let middle = low + (Double(band) + 0.5) * step
            let frequency = 440 * pow(2, (middle - 69) / 12)
            // Triangles as wide as a band, or as two bins where bands are narrower.
            let reach = max(frequency * (pow(2, step / 12) - 1), spacing)
            let first = max(1, Int(((frequency - reach) / spacing).rounded(.up)))
            let last = min(size / 2 - 1, Int(((frequency + reach) / spacing).rounded(.down)))
            guard first <= last else { return [] }
            let raw = (first...last).map { (bin: $0, weight: 1 - abs(Double($0) * spacing - frequency) / reach) }
            let sum = raw.map(\.weight).reduce(0, +)
            return sum > 0 ? raw.map { ($0.bin, Float($0.weight / sum)) } : []
        }
    }

    /// The power in each band.
    /// - Parameter spectrum: real and imaginary parts, interleaved, of bins 0...size/2.
    func gather(_ spectrum: UnsafeMutableBufferPointer<Float>, into bands: inout [Float]) {
        for (index, parts) in weights.enumerated() {
            var power: Float = 0
            for (bin, weight) in parts {
                let (re, im) = (spectrum[2 * bin], spectrum[2 * bin + 1])
                power += weight * (re * re + im * im)
            }
            bands[index] = power
        }
    }
}
