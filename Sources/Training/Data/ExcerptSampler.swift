import Foundation
import Networks
import Randomness

/// Draws excerpts of audio with their targets, each from a recording chosen evenly: long recordings don't weigh more.
///
/// What excerpt `row` of step `step` is depends on the seed, the step and the row alone.
struct ExcerptSampler: Sendable {
    let recordings: [Recording]
    let augmentation: Augmentation
    let layout: ExcerptLayout
    let info: ModelInfo
    /// Hops over which the onset target falls from 1 to 0 on either side of a note's start.
    let onsetWidth: Double
    let seed: UInt64
    let noise: NoiseTable
    /// A small set of excerpts to draw from again and again, if any.
    var subset: Recipe.Subset?

    /// Excerpts that are looked at, at most, for one with the wanted number of notes.
    private static let attempts = 1000

    /// Fills one excerpt's samples ([layout.samples]) and targets ([windowsPerExcerpt][outputs]).
    func draw(
        step: Int, row: Int, samples: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
    ) {
        var random = SplitMix64(seed: seed, step: step, row: row)
        guard let subset else {
            draw(&random, samples: samples, targets: targets)
            return
        }
        // Each point of the subset has a generator of its own, and so is the same whenever it is drawn.
        let point = Int(random.next() % UInt64(subset.points))
        for attempt in 0..<Self.attempts {
            var fixed = SplitMix64(seed: seed, step: -3 - attempt, row: point)
            draw(&fixed, samples: samples, targets: targets)
            let labels = (0..<Architecture.notesPerHead).filter { targets[$0] > 0.5 }.count
            if subset.labels == nil || labels == subset.labels { return }
        }
    }

    private func draw(
        _ random: inout SplitMix64, samples: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
    ) {
        samples.update(repeating: 0, count: layout.samples)
        targets.update(repeating: 0, count: layout.windowsPerExcerpt * layout.outputs)
        let target = Double(info.architecture.conditioning?.targetRMS ?? 0.1)
        if random.uniform() < Float(augmentation.silence) {
            // What the conditioner makes of a quiet room: anything from nothing to the level of music.
            addNoise(level: random.uniform(-70...0), target: target, to: samples, &random)
            return
        }
        let level = random.uniform(-augmentation.gain...augmentation.gain)
        add(decibels: level, to: samples, targets, &random)
        if random.uniform() < Float(augmentation.mix) {
            add(decibels: level - random.uniform(0...12), to: samples, targets, &random)
        }
        if random.uniform() < Float(augmentation.noise) {
            let range = augmentation.noiseRange[0]...augmentation.noiseRange[1]
            addNoise(level: random.uniform(range), target: target, to: samples, &random)
        }
    }

    private func add(
        decibels: Double, to samples: UnsafeMutablePointer<Float>, _ targets: UnsafeMutablePointer<Float>,
        _ random: inout SplitMix64
    ) {
        let recording = recordings[Int(random.next() % UInt64(recordings.count))]
        let shift =
            augmentation.semitones > 0
            ? Int(random.next() % UInt64(2 * augmentation.semitones + 1)) - augmentation.semitones : 0
        let cents = Double(shift) * 100 + random.uniform(-augmentation.cents...augmentation.cents)
        let ratio = cents == 0 ? 1 : pow(2, cents / 1200)
        let length = Int(Double(layout.samples) * ratio)
        // Half a window may hang out on either side, as it does when a piece begins or ends.
        let low = -info.window / 2
        let high = max(low + 1, recording.count - length + info.window / 2)
        let start = random.uniform(Double(low)...Double(high)).rounded()
        recording.add(
            from: start, ratio: ratio, count: layout.samples, gain: Float(pow(10, decibels / 20)), to: samples)
        mark(recording, start: start, ratio: ratio, shift: shift, targets)
    }

    private func mark(
        _ recording: Recording, start: Double, ratio: Double, shift: Int, _ targets: UnsafeMutablePointer<Float>
    ) {
        let spacing = Double(layout.spacing * layout.hop) * ratio
        let first = start + Double(info.labelOffset) * ratio
        let last = first + spacing * Double(layout.windowsPerExcerpt - 1)
        let margin = onsetWidth * Double(layout.hop)
        let heads = info.architecture.heads
        recording.forEachNote(in: Int(first)..<Int(last) + 1, margin: Int(margin) + 1) { noteStart, noteEnd, pitch in
            let note = pitch + shift
            guard info.notes.contains(note) else { return }
            for window in 0..<layout.windowsPerExcerpt {
                let label = first + spacing * Double(window)
                for (index, head) in heads.enumerated() {
                    let cell = window * layout.outputs + index * Architecture.notesPerHead + note
                    let value: Float
                    switch head {
                    case .sounding: value = label >= Double(noteStart) && label < Double(noteEnd) ? 1 : 0
                    case .onset: value = Float(max(0, 1 - abs(label - Double(noteStart)) / margin))
                    }
                    targets[cell] = max(targets[cell], value)
                }
            }
        }
    }

    private func addNoise(
        level: Double, target: Double, to samples: UnsafeMutablePointer<Float>, _ random: inout SplitMix64
    ) {
        let scale = Float(target * pow(10, level / 20))
        let table = random.uniform() < 0.5 ? noise.white : noise.pink
        let offset = Int(random.next() % UInt64(table.count))
        for index in 0..<layout.samples { samples[index] += scale * table[(offset + index) % table.count] }
    }
}
