import Foundation
import Sound

/// The power of a recording over pitch and time: a spectrogram with a logarithmic frequency axis.
struct PitchSpectrogram: Sendable {
    /// Pitch range from edge to edge, in MIDI note numbers.
    let pitches: ClosedRange<Double>
    /// Time range from edge to edge, in seconds.
    let times: ClosedRange<Double>
    /// Number of pitch bands.
    let bands: Int
    let columns: Int
    /// Mean powers, band by band from the lowest; 0 for silence.
    let powers: [Float]

    private static let rate = 44_100.0
    private static let size = 4_096

    /// Reads a recording from its beginning to the end of `times`. Memory is constant apart from the result.
    ///
    /// - Parameters:
    ///   - times: interval of the recording in seconds.
    ///   - columns: number of columns into which spectra are averaged.
    ///   - hop: seconds between successive spectra.
    /// - Throws: `SoundError`.
    init(
        path: String, times: ClosedRange<Double>, columns: Int, hop: Double, pitches: ClosedRange<Int>,
        perSemitone: Int
    ) throws(SoundError) {
        let bank = SemitoneBands(pitches: pitches, perSemitone: perSemitone, size: Self.size, rate: Self.rate)
        let reader = try AudioFileReader(path: path, rate: Self.rate)
        let transform = try FourierTransform(size: Self.size)
        let window = (0..<Self.size).map { 0.5 - 0.5 * cos(2 * Float.pi * Float($0) / Float(Self.size)) }
        let step = max(1, Int((hop * Self.rate).rounded()))
        let extent = max(times.upperBound - times.lowerBound, 1e-3)
        var sums = [Float](repeating: 0, count: bank.count * columns)
        var counts = [Float](repeating: 0, count: columns)
        var row = [Float](repeating: 0, count: bank.count)
        // The samples around the centre of the current spectrum, with silence before the file.
        var ring = [Float](repeating: 0, count: Self.size)
        var block = [Float](repeating: 0, count: step)
        // Index of the sample at the centre of `ring`.
        var middle = -Self.size / 2
        var (isEnd, hasEnded) = (false, 0)
        while Double(middle) / Self.rate <= times.upperBound, hasEnded < Self.size / 2 {
            var count = 0
            if !isEnd {
                var span = block.mutableSpan
                count = try reader.read(into: &span)
                isEnd = count < step
            }
            for index in count..<step { block[index] = 0 }
            if isEnd { hasEnded += step }
            ring.removeFirst(min(step, ring.count))
            ring += block.suffix(Self.size)
            middle += step
            let column = Int(
                ((Double(middle) / Self.rate - times.lowerBound) / extent * Double(columns)).rounded(.down))
            guard column >= 0, column < columns else { continue }
            for index in 0..<Self.size { transform.samples[index] = ring[index] * window[index] }
            transform.forward()
            bank.gather(transform.spectrum, into: &row)
            for band in 0..<bank.count { sums[band * columns + column] += row[band] }
            counts[column] += 1
        }
        for column in 0..<columns where counts[column] > 0 {
            for band in 0..<bank.count { sums[band * columns + column] /= counts[column] }
        }
        // Columns narrower than a hop repeat the previous column.
        for column in 1..<max(columns, 1) where counts[column] == 0 {
            for band in 0..<bank.count { sums[band * columns + column] = sums[band * columns + column - 1] }
        }
        self.pitches = bank.pitches
        self.times = times
        self.columns = columns
        bands = bank.count
        powers = sums
    }

    /// Levels in decibels relative to the loudest, clamped to `floor`, which should be negative.
    func decibels(floor: Double) -> [Double] {
        let loudest = max(powers.max() ?? 0, 1e-20)
        return powers.map { $0 > 0 ? max(10 * log10(Double($0 / loudest)), floor) : floor }
    }
}
