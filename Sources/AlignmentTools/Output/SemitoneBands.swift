import Foundation
import Sound

/// Sums the power of a spectrum in bands of equal width in pitch.
struct SemitoneBands: Sendable {
    /// MIDI note numbers from the lower edge of the lowest band to the upper edge of the highest.
    let pitches: ClosedRange<Double>
    let count: Int
    /// The bins of each band and their weights, which sum to 1.
    private let weights: [[(bin: Int, weight: Float)]]

    /// - Parameters:
    ///   - pitches: MIDI note numbers of the lowest and the highest semitone.
    ///   - perSemitone: bands per semitone.
    ///   - size: transform size in samples.
    ///   - rate: sample rate in Hz.
    init(pitches: ClosedRange<Int>, perSemitone: Int, size: Int, rate: Double) {
        let step = 1 / Double(perSemitone)
        let low = Double(pitches.lowerBound) - 0.5
        count = pitches.count * perSemitone
        self.pitches = low...low + Double(pitches.count)
        let spacing = rate / Double(size)
        weights = (0..<count).map { band in
            let middle = low + (Double(band) + 0.5) * step
            let frequency = 440 * pow(2, (middle - 69) / 12)
            // Triangular weights as wide as a band, but at least two bins wide.
            let reach = max(frequency * (pow(2, step / 12) - 1), spacing)
            let first = max(1, Int(((frequency - reach) / spacing).rounded(.up)))
            let last = min(size / 2 - 1, Int(((frequency + reach) / spacing).rounded(.down)))
            guard first <= last else { return [] }
            let raw = (first...last).map { (bin: $0, weight: 1 - abs(Double($0) * spacing - frequency) / reach) }
            let sum = raw.map(\.weight).reduce(0, +)
            return sum > 0 ? raw.map { ($0.bin, Float($0.weight / sum)) } : []
        }
    }

    /// Writes the power in each band to `bands`.
    ///
    /// - Parameter spectrum: interleaved real and imaginary parts of bins 0...size/2.
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
