import Foundation

/// The energies of a block of audio, of each channel and of their sum, in two frequency bands.
///
/// The first band begins at 80 Hz, which excludes offsets and most hum; the second at 1 kHz. A tone whose fundamental
/// happens to cancel in a stereo pair rarely cancels in both.
struct ChannelEnergies: Sendable {
    struct Band: Sendable {
        var channels: [Float]
        var sum: Float = 0

        /// How far the mean of the channels falls below that of unrelated channels of the same energies, in dB,
        /// -30...30: about 0 for most stereo recordings, negative for equal channels, large if the channels cancel.
        ///
        /// If two channels of unequal level cancel noticeably, their correlation is measured instead, which doesn't
        /// depend on the levels.
        var deficit: Double {
            var total: Float = 0
            for energy in channels { total += energy }
            let deficit = Self.decibels(total, over: sum)
            guard channels.count == 2, deficit > 5 else { return deficit }
            let geometric = 2 * (channels[0] * channels[1]).squareRoot()
            guard geometric > 0 else { return deficit }
            return max(deficit, Self.decibels(geometric, over: geometric + sum - total))
        }

        private static func decibels(_ value: Float, over other: Float) -> Double {
            let ratio = (Double(max(value, 0)) + 1e-20) / (Double(max(other, 0)) + 1e-20)
            return min(max(10 * log10(ratio), -30), 30)
        }
    }

    /// Frames measured.
    var frames = 0
    var low: Band
    var high: Band

    /// A channel with more than this mean power, -75 dB relative to full scale, counts as sounding.
    static let soundingPower: Float = 3e-8
    /// Below this mean power of the strongest channel, the second band is ignored.
    private static let negligiblePower: Float = 1e-11

    init(channels: Int) {
        low = Band(channels: [Float](repeating: 0, count: channels))
        high = low
    }

    mutating func clear() {
        (frames, low.sum, high.sum) = (0, 0, 0)
        for channel in low.channels.indices {
            low.channels[channel] = 0
            high.channels[channel] = 0
        }
    }

    /// Adds another block of the same number of channels. Allocates nothing.
    mutating func add(_ other: borrowing ChannelEnergies) {
        frames += other.frames
        low.sum += other.low.sum
        high.sum += other.high.sum
        for channel in low.channels.indices {
            low.channels[channel] += other.low.channels[channel]
            high.channels[channel] += other.high.channels[channel]
        }
    }

    /// The index of the channel with the most energy.
    var strongest: Int {
        var best = 0
        for channel in low.channels.indices where low.channels[channel] > low.channels[best] { best = channel }
        return best
    }

    var isSounding: Bool { frames > 0 && low.channels[strongest] > Self.soundingPower * Float(frames) }

    /// The smaller deficit of the two bands. Meaningful only while sounding.
    var deficit: Double {
        var strongest: Float = 0
        for energy in high.channels { strongest = max(strongest, energy) }
        let deficit = low.deficit
        return strongest > Self.negligiblePower * Float(frames) ? min(deficit, high.deficit) : deficit
    }
}
