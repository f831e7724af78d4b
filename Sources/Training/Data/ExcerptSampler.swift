import Basics
import Foundation
import Networks
import Sound

/// Draws excerpts of audio with their targets.
///
/// Targets are 0...1, or ``unknown`` outside the reliable samples of a recording and for uncertain notes.
///
/// The seed, the step and the row alone determine an excerpt.
struct ExcerptSampler: Sendable {
    let pool: ExcerptPool
    let augmentation: Augmentation
    let layout: ExcerptLayout
    let info: ModelInfo
    /// Distance from a note's onset at which the onset target has fallen from 1 to 0, in hops.
    let onsetWidth: Double
    let seed: UInt64
    let noise: NoiseTable
    /// If not nil, excerpts are drawn from a small fixed set.
    var subset: Recipe.Subset?

    /// The target of a cell that the loss ignores.
    static let unknown: Float = -1

    /// Maximum number of draws until an excerpt has the required number of notes.
    private static let attempts = 1000

    /// Fills a network's batch and its targets, [batch][windowsPerExcerpt][outputs].
    ///
    /// - Parameter place: maps each row of the batch to the step and row that determine its excerpt.
    func fill(_ network: any TrainableNetwork, targets: FloatBuffer, place: (_ row: Int) -> (step: Int, row: Int)) {
        network.team.split(network.batch) { rows, _ in
            for row in rows {
                let (step, number) = place(row)
                draw(
                    step: step, row: number, samples: network.samples.pointer + row * layout.samples,
                    targets: targets.pointer + row * layout.windowsPerExcerpt * layout.outputs)
                guard case .bank(let bank)? = info.architecture.layers.first, let responses = network.responses
                else { continue }
                // A separate generator, so that excerpts don't depend on whether responses are drawn.
                var random = SplitMix64(seed: ~seed, step: step, row: number)
                FrequencyResponse.draw(
                    bands: bank.bands, perOctave: bank.bandsPerOctave, deviation: augmentation.response, &random,
                    into: responses.pointer + row * bank.bands)
            }
        }
    }

    /// Fills one excerpt's samples, [layout.samples], and targets, [windowsPerExcerpt][outputs].
    func draw(
        step: Int, row: Int, samples: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
    ) {
        var random = SplitMix64(seed: seed, step: step, row: row)
        guard let subset else {
            draw(&random, samples: samples, targets: targets)
            return
        }
        // Each point of the subset has its own generator, so it is the same every time.
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
            // The conditioner amplifies a quiet room to anything from silence to the level of music.
            addNoise(level: random.uniform(-70...0), target: target, to: samples, &random)
            return
        }
        let level = random.uniform(-augmentation.gain...augmentation.gain)
        add(decibels: level, to: samples, targets, &random)
        if random.uniform() < Float(augmentation.mix) {
            add(decibels: level - random.uniform(0...12), to: samples, targets, &random)
        }
        // Disabled augmentation draws no random numbers, so that earlier recipes still give the same results.
        if augmentation.tone > 0, random.uniform() < Float(augmentation.tone) { changeTone(of: samples, &random) }
        if random.uniform() < Float(augmentation.noise) {
            let range = augmentation.noiseRange[0]...augmentation.noiseRange[1]
            addNoise(level: random.uniform(range), target: target, to: samples, &random)
        }
        if augmentation.lowPass > 0, random.uniform() < Float(augmentation.lowPass) {
            let range = augmentation.lowPassRange
            let frequency = exp(random.uniform(log(range[0])...log(range[1])))
            // An eighth-order Butterworth filter.
            for quality in [0.50980, 0.60134, 0.89998, 2.56292] {
                apply(.lowPass(frequency: frequency, quality: quality, rate: Double(info.sampleRate)), to: samples)
            }
        }
    }

    private func changeTone(of samples: UnsafeMutablePointer<Float>, _ random: inout SplitMix64) {
        for _ in 0..<augmentation.tonePeaks {
            let frequency = exp(random.uniform(log(60.0)...log(10_000.0)))
            let gain = random.uniform(-augmentation.toneGain...augmentation.toneGain)
            let quality = exp(random.uniform(log(0.4)...log(3.0)))
            apply(
                .peak(frequency: frequency, gain: gain, quality: quality, rate: Double(info.sampleRate)), to: samples)
        }
    }

    private func apply(_ filter: Biquad, to samples: UnsafeMutablePointer<Float>) {
        var filter = filter
        var span = MutableSpan(_unsafeStart: samples, count: layout.samples)
        filter.process(&span)
    }

    private func add(
        decibels: Double, to samples: UnsafeMutablePointer<Float>, _ targets: UnsafeMutablePointer<Float>,
        _ random: inout SplitMix64
    ) {
        let recording = pool.draw(&random)
        let shift =
            augmentation.semitones > 0
            ? Int(random.next() % UInt64(2 * augmentation.semitones + 1)) - augmentation.semitones : 0
        let cents = Double(shift) * 100 + random.uniform(-augmentation.cents...augmentation.cents)
        let ratio = cents == 0 ? 1 : pow(2, cents / 1200)
        let start = start(in: recording, ratio: ratio, &random)
        recording.add(
            from: start, ratio: ratio, count: layout.samples, gain: Float(pow(10, decibels / 20)), to: samples)
        mark(recording, start: start, ratio: ratio, shift: shift, targets)
    }

    /// The first sample of an excerpt, as a position in the recording.
    private func start(in recording: Recording, ratio: Double, _ random: inout SplitMix64) -> Double {
        guard let reliable = recording.reliable else {
            let length = Int(Double(layout.samples) * ratio)
            // Up to half a window may lie outside the recording, as at the start and end of a piece.
            let low = -info.window / 2
            let high = max(low + 1, recording.count - length + info.window / 2)
            return random.uniform(Double(low)...Double(high)).rounded()
        }
        // The label of one randomly chosen window lies at the sample drawn.
        let window = Int(random.next() % UInt64(layout.windowsPerExcerpt))
        let before = Double(info.labelOffset + window * layout.step) * ratio
        return (Double(reliable.draw(&random)) - before).rounded()
    }

    private func mark(
        _ recording: Recording, start: Double, ratio: Double, shift: Int, _ targets: UnsafeMutablePointer<Float>
    ) {
        let spacing = Double(layout.step) * ratio
        let first = start + Double(info.labelOffset) * ratio
        let last = first + spacing * Double(layout.windowsPerExcerpt - 1)
        let margin = onsetWidth * Double(layout.hop)
        let heads = info.architecture.heads
        func isReliable(_ label: Double) -> Bool { recording.reliable?.contains(label) ?? true }
        let range = Int(first)..<Int(last) + 1
        recording.forEachNote(in: range, margin: Int(margin) + 1) { noteStart, noteEnd, pitch in
            let note = pitch + shift
            guard info.notes.contains(note) else { return }
            for window in 0..<layout.windowsPerExcerpt {
                let label = first + spacing * Double(window)
                guard isReliable(label) else { continue }
                for (index, head) in heads.enumerated() {
                    let cell = window * layout.outputs + index * Architecture.notesPerHead + note
                    let value: Float
                    switch head {
                    case .sounding: value = label >= Double(noteStart) && label < Double(noteEnd) ? 1 : 0
                    case .onset: value = Float(max(0, 1 - abs(label - Double(noteStart)) / margin))
                    }
                    if value > 0 { targets[cell] = max(targets[cell], value) }
                }
            }
        }
        guard recording.reliable != nil else { return }
        for window in 0..<layout.windowsPerExcerpt where !isReliable(first + spacing * Double(window)) {
            for cell in 0..<layout.outputs { markUnknown(window * layout.outputs + cell, of: targets) }
        }
        recording.uncertain.forEach(in: range, margin: Int(margin) + 1) { noteStart, noteEnd, pitch in
            let note = pitch + shift
            guard (0..<Architecture.notesPerHead).contains(note) else { return }
            for window in 0..<layout.windowsPerExcerpt {
                let label = first + spacing * Double(window)
                guard label >= Double(noteStart) - margin, label < Double(noteEnd) + margin else { continue }
                for head in heads.indices {
                    markUnknown(window * layout.outputs + head * Architecture.notesPerHead + note, of: targets)
                }
            }
        }
    }

    /// Marks a cell as unknown, unless another recording in the mix sounds there.
    private func markUnknown(_ cell: Int, of targets: UnsafeMutablePointer<Float>) {
        if targets[cell] <= 0 { targets[cell] = Self.unknown }
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
