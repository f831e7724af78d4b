import Foundation

/// Reduces the interleaved channels of one open source to mono, and notices when the channels cancel each other.
///
/// The mean keeps the mix from clipping and prefers no microphone. If the channels cancel each other in the mean, as
/// they do when one of them is inverted, ``ChannelChoice/automatic`` selects the strongest channel instead
/// (``ChannelArbiter``). A change during sound is faded over 0.1 s, because a step would look like the onset of a note.
///
/// All allocation is in `init`.
public struct ChannelMixer: Sendable {
    /// Which channels are used, and why.
    public private(set) var report: ChannelReport

    private let channels: Int
    /// The channel that the configuration selects; nil if the audio decides.
    private let fixed: Int?
    private let isAutomatic: Bool
    private var arbiter: ChannelArbiter
    private var block: ChannelEnergies
    private let blockFrames: Int
    /// Four rows of one value per channel: the states of the one-pole filters for the two bands, and the energies of
    /// the block in the two bands.
    private var rows: [Float]
    private let lowGain: Float
    private let highGain: Float

    // A fade from one selection to another; `current` is the newer one.
    private var current: Int?
    private var previous: Int?
    private var fadeLeft = 0
    private let fadeFrames: Int
    private var wasSounding = false

    /// - Parameters:
    ///   - channels: 1 or more.
    ///   - rate: frames per second.
    ///   - choice: a channel that the source doesn't have is reported, and treated as `.automatic`.
    public init(channels: Int, rate: Double, choice: ChannelChoice) {
        self.channels = channels
        report = ChannelReport(count: channels)
        var fixed: Int?
        if case .channel(let number) = choice {
            if number <= channels {
                fixed = number - 1
                report.used = channels > 1 ? number : nil
            } else {
                report.missing = number
            }
        }
        self.fixed = fixed
        isAutomatic = choice != .mix
        arbiter = ChannelArbiter(channels: channels, rate: rate)
        block = ChannelEnergies(channels: channels)
        blockFrames = max(32, Int(rate / 200))
        fadeFrames = max(1, Int(rate / 10))
        rows = [Float](repeating: 0, count: 4 * channels)
        lowGain = Float(1 - exp(-2 * Double.pi * 80 / rate))
        highGain = Float(1 - exp(-2 * Double.pi * min(1_000, rate / 8) / rate))
        current = fixed
        previous = fixed
    }

    /// Mixes `frames` frames to the front of `mono`. The samples must be finite.
    ///
    /// - Parameters:
    ///   - interleaved: at least `frames` times the number of channels.
    ///   - mono: at least `frames` samples.
    public mutating func mix(
        _ interleaved: UnsafePointer<Float>, frames: Int, into mono: UnsafeMutablePointer<Float>
    ) {
        guard channels > 1 else { return mono.update(from: interleaved, count: frames) }
        if let fixed {
            for frame in 0..<frames { mono[frame] = interleaved[frame * channels + fixed] }
            return
        }
        var start = 0
        while start < frames {
            let count = min(blockFrames, frames - start)
            mixBlock(interleaved + start * channels, count, mono + start)
            start += count
        }
    }

    private mutating func mixBlock(
        _ input: UnsafePointer<Float>, _ frames: Int, _ mono: UnsafeMutablePointer<Float>
    ) {
        measure(input, frames, mono)
        arbiter.observe(block)
        update()
        wasSounding = block.isSounding
        guard previous != nil || current != nil else { return }
        for frame in 0..<frames {
            let samples = input + frame * channels
            let mean = mono[frame]
            let new = current.map { samples[$0] } ?? mean
            guard fadeLeft > 0 else {
                mono[frame] = new
                continue
            }
            let old = previous.map { samples[$0] } ?? mean
            mono[frame] = new + (old - new) * Float(fadeLeft) / Float(fadeFrames)
            fadeLeft -= 1
        }
        if fadeLeft == 0 { previous = current }
    }

    /// Writes the mean of the channels, and measures the block.
    private mutating func measure(
        _ input: UnsafePointer<Float>, _ frames: Int, _ mono: UnsafeMutablePointer<Float>
    ) {
        let (channels, gains) = (channels, (low: lowGain, high: highGain))
        let sums = rows.withUnsafeMutableBufferPointer { space -> (low: Float, high: Float) in
            guard let rows = space.baseAddress else { return (0, 0) }
            for index in 2 * channels..<4 * channels { rows[index] = 0 }
            let sums =
                channels == 2
                ? Self.measureStereo(input, frames, mono, rows, gains)
                : Self.measure(input, frames, channels, mono, rows, gains)
            // Denormal numbers are slow.
            for index in 0..<2 * channels where abs(rows[index]) < 1e-20 { rows[index] = 0 }
            return sums
        }
        block.frames = frames
        (block.low.sum, block.high.sum) = sums
        for channel in 0..<channels {
            block.low.channels[channel] = rows[2 * channels + channel]
            block.high.channels[channel] = rows[3 * channels + channel]
        }
    }

    /// - Returns: the energies of the channels' sum.
    private static func measure(
        _ input: UnsafePointer<Float>, _ frames: Int, _ channels: Int, _ mono: UnsafeMutablePointer<Float>,
        _ rows: UnsafeMutablePointer<Float>, _ gains: (low: Float, high: Float)
    ) -> (low: Float, high: Float) {
        let (lowStates, highStates) = (rows, rows + channels)
        let (lowEnergies, highEnergies) = (rows + 2 * channels, rows + 3 * channels)
        let scale = 1 / Float(channels)
        var sums: (low: Float, high: Float) = (0, 0)
        for frame in 0..<frames {
            let samples = input + frame * channels
            var (sum, lowSum, highSum): (Float, Float, Float) = (0, 0, 0)
            for channel in 0..<channels {
                let sample = samples[channel]
                let low = sample - lowStates[channel]
                let high = sample - highStates[channel]
                lowStates[channel] += gains.low * low
                highStates[channel] += gains.high * high
                lowEnergies[channel] += low * low
                highEnergies[channel] += high * high
                sum += sample
                lowSum += low
                highSum += high
            }
            sums.low += lowSum * lowSum
            sums.high += highSum * highSum
            mono[frame] = sum * scale
        }
        return sums
    }

    /// The same for two channels, whose two bands fit one vector, because most live sources are stereo.
    private static func measureStereo(
        _ input: UnsafePointer<Float>, _ frames: Int, _ mono: UnsafeMutablePointer<Float>,
        _ rows: UnsafeMutablePointer<Float>, _ gains: (low: Float, high: Float)
    ) -> (low: Float, high: Float) {
        let gain = SIMD4(gains.low, gains.low, gains.high, gains.high)
        var states = SIMD4(rows[0], rows[1], rows[2], rows[3])
        var energies = SIMD4<Float>.zero
        var sums = SIMD2<Float>.zero
        for frame in 0..<frames {
            let (left, right) = (input[2 * frame], input[2 * frame + 1])
            let filtered = SIMD4(left, right, left, right) - states
            states += gain * filtered
            energies += filtered * filtered
            let sum = filtered.evenHalf + filtered.oddHalf
            sums += sum * sum
            mono[frame] = (left + right) * 0.5
        }
        for index in 0..<4 {
            rows[index] = states[index]
            rows[4 + index] = energies[index]
        }
        return (sums[0], sums[1])
    }

    /// Adopts the arbiter's decision.
    private mutating func update() {
        report.areCancelling = arbiter.areCancelling
        guard isAutomatic else { return }
        report.used = arbiter.areCancelling ? arbiter.selected.map { $0 + 1 } : nil
        guard arbiter.selected != current else { return }
        previous = current
        current = arbiter.selected
        // At the beginning of a sound there is nothing to fade from, and a fade would weaken its onset.
        fadeLeft = wasSounding ? fadeFrames : 0
    }
}
