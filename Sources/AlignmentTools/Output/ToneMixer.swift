import Foundation

/// Adds sine tones to a signal, block by block in constant memory.
struct ToneMixer {
    struct Tone: Equatable {
        /// First sample.
        var start: Int
        /// Length in samples, at least 1.
        var length: Int
        /// Cycles per sample.
        var frequency: Double
        var amplitude: Float
    }

    /// Lengths of the fades in samples: 5 and 30 ms at 44.1 kHz, shorter for tones that are too short for both.
    private static let fades = (in: 220, out: 1_323)

    /// Sorted by start.
    private let tones: [Tone]
    private var next = 0
    private var sounding: [Tone] = []
    private var position = 0

    /// - Parameter tones: in any order.
    init(_ tones: [Tone]) {
        self.tones = tones.filter { $0.length > 0 }.sorted { $0.start < $1.start }
    }

    /// The maximum sum of simultaneous amplitudes: an upper bound of all samples.
    var ceiling: Float {
        let edges = tones.flatMap { [($0.start, $0.amplitude), ($0.start + $0.length, -$0.amplitude)] }
            .sorted { $0 < $1 }
        var (current, maximum) = (Float(0), Float(0))
        for edge in edges {
            current += edge.1
            maximum = max(maximum, current)
        }
        return maximum
    }

    /// Adds the next `count` samples of the tones to the beginning of `samples`.
    mutating func add(to samples: inout [Float], count: Int) {
        let end = position + min(count, samples.count)
        while next < tones.count, tones[next].start < end {
            sounding.append(tones[next])
            next += 1
        }
        for tone in sounding {
            let first = max(tone.start, position)
            let last = min(tone.start + tone.length, end)
            guard first < last else { continue }
            let fadeIn = max(1, min(Self.fades.in, tone.length / 4))
            let fadeOut = max(1, min(Self.fades.out, tone.length / 2))
            for sample in first..<last {
                let age = sample - tone.start
                let gain = min(1, Float(age) / Float(fadeIn), Float(tone.length - age) / Float(fadeOut))
                let cycles = Double(age) * tone.frequency
                samples[sample - position] +=
                    tone.amplitude * gain * Float(sin(2 * .pi * (cycles - cycles.rounded(.down))))
            }
        }
        sounding.removeAll { $0.start + $0.length <= end }
        position = end
    }
}
