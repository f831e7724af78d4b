import Foundation
import Music
import Sound
import Synthesis

/// Renders audio and labels from plans.
struct ClipRenderer: Sendable {
    /// A rendered clip.
    struct Clip {
        /// 44.1 kHz, one channel.
        var samples: [Float]
        /// Sorted by onset. A label starts when the note becomes audible (`AttackLag`) and ends at key release; for
        /// bowed and blown instruments it ends later by the same lag.
        var labels: LabelFile
    }

    private struct Event {
        var block: Int
        var order: Int
        var channel: Int
        var action: Action

        enum Action {
            case noteOn(key: Int, velocity: Int)
            case noteOff(key: Int)
            case control(number: Int, value: Int)
            case bend(cents: Double)
        }
    }

    let seed: UInt64
    let shelf: SoundFontShelf

    /// Renders one clip.
    ///
    /// - Parameters:
    ///   - transpose: semitones from a note to the soundfont's key that sounds at its pitch.
    ///   - index: the clip's number, which determines the random numbers of room and noise.
    /// - Throws: `RenderingError`, `SoundError`.
    func render(_ plan: ClipPlan, voices: [Voice], soundFont path: String, transpose: Int = 0, index: Int) throws
        -> Clip
    {
        let synth = try shelf.synthesizer(path)
        var labels: [Note] = []
        var events: [Event] = []
        for (channel, voice) in voices.enumerated() where !voice.isSynthetic {
            let threshold = Bowing.suits(program: voice.program) ? Bowing.threshold : AttackLag.threshold
            let lags = try shelf.attackLag(path, program: voice.program, threshold: threshold)
            for note in voice.notes {
                let key = note.pitch + transpose
                guard Voice.keys.contains(key) else { continue }
                let lag = lags.seconds(key: key, velocity: note.velocity)
                let on = Self.block(note.start)
                let off = max(on + 1, Self.block(note.end))
                events.append(
                    Event(
                        block: on, order: 2, channel: channel, action: .noteOn(key: key, velocity: note.velocity)
                    ))
                events.append(Event(block: off, order: 0, channel: channel, action: .noteOff(key: key)))
                // FluidSynth applies events at block boundaries.
                var quantized = note
                quantized.start = Double(on) * Self.blockSeconds
                quantized.end = Double(off) * Self.blockSeconds
                labels.append(label(quantized, program: voice.program, lag: lag, length: plan.seconds))
            }
            for pedal in voice.pedals {
                let action = Event.Action.control(number: pedal.number, value: pedal.value)
                events.append(Event(block: Self.block(pedal.time), order: 1, channel: channel, action: action))
            }
            if let bowing = plan.bowing, Bowing.suits(program: voice.program) {
                var random = RenderRandom(seed: seed, clip: index, stream: 16 + channel)
                for (time, change) in Bowing(bowing, random: &random).changes(for: voice.notes, random: &random) {
                    let action: Event.Action =
                        switch change {
                        case .bend(let cents): .bend(cents: cents)
                        case .expression(let value): .control(number: 11, value: value)
                        }
                    events.append(Event(block: Self.block(time), order: 1, channel: channel, action: action))
                }
            }
        }
        var samples = play(events, plan, voices: voices, on: synth)
        for (channel, voice) in voices.enumerated() where voice.isSynthetic {
            var random = RenderRandom(seed: seed, clip: index, stream: 16 + channel)
            let instrument = SyntheticInstrument(plan.bowing ?? .init(), random: &random)
            let lags = instrument.play(voice.notes, detune: plan.detuneCents, into: &samples, random: &random)
            for (note, lag) in zip(voice.notes, lags) {
                labels.append(label(note, program: voice.program, lag: lag, length: plan.seconds))
            }
        }
        try process(&samples, plan, index: index)
        labels.sort { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
        return Clip(samples: samples, labels: LabelFile(notes: labels))
    }

    private static let blockSeconds = Double(Synthesizer.blockSize) / Double(Synthesizer.rate)

    private static func block(_ seconds: Double) -> Int { Int((seconds / blockSeconds).rounded()) }

    private func label(_ note: Note, program: Int, lag: Double, length: Double) -> Note {
        var label = note
        label.start = note.start + lag
        // Bowed and blown notes decay as slowly as they start: in legato, one note ends where the next becomes
        // audible.
        let end = Bowing.suits(program: program) ? note.end + lag : note.end
        // A key released before the note is audible still makes a short sound.
        label.end = min(max(end, label.start + 0.02), max(length, label.start + 0.02))
        label.program = program
        return label
    }

    // MARK: Synthesis

    private func play(_ events: [Event], _ plan: ClipPlan, voices: [Voice], on synth: Synthesizer) -> [Float] {
        for (channel, voice) in voices.enumerated() {
            _ = synth.select(.init(bank: 0, program: voice.program), channel: channel)
            synth.detune(cents: plan.detuneCents, channel: channel)
            if voice.release != 0 { synth.shortenRelease(octaves: voice.release, channel: channel) }
        }
        // The order of events in a block must not depend on the sorting algorithm.
        let order = events.indices.sorted {
            (events[$0].block, events[$0].order, $0) < (events[$1].block, events[$1].order, $1)
        }
        let total = Int((plan.seconds * Double(Synthesizer.rate)).rounded())
        let blocks = (total + Synthesizer.blockSize - 1) / Synthesizer.blockSize
        var samples = [Float](repeating: 0, count: blocks * Synthesizer.blockSize)
        var scratch: [Float] = []
        samples.withUnsafeMutableBufferPointer { buffer in
            var position = 0
            func advance(to block: Int) {
                // Long spans are divided, which keeps the scratch buffer small.
                while position < block {
                    let count = min(block - position, 64)
                    let from = position * Synthesizer.blockSize
                    let part = UnsafeMutableBufferPointer(rebasing: buffer[from..<from + count * Synthesizer.blockSize])
                    synth.render(blocks: count, into: part, scratch: &scratch)
                    position += count
                }
            }
            for event in order.lazy.map({ events[$0] }) {
                guard event.block < blocks else { break }
                advance(to: event.block)
                switch event.action {
                case .noteOn(let key, let velocity): synth.noteOn(channel: event.channel, key: key, velocity: velocity)
                case .noteOff(let key): synth.noteOff(channel: event.channel, key: key)
                case .control(let number, let value):
                    synth.control(channel: event.channel, number: number, value: value)
                case .bend(let cents): synth.bend(cents: cents, channel: event.channel)
                }
            }
            advance(to: blocks)
        }
        samples.removeLast(samples.count - total)
        return samples
    }

    // MARK: Effects and normalisation

    private func process(_ samples: inout [Float], _ plan: ClipPlan, index: Int) throws {
        let rate = Double(Synthesizer.rate)
        var filters = [
            Biquad.lowShelf(frequency: 400, gain: -plan.tiltDB / 2, rate: rate),
            Biquad.highShelf(frequency: 1_600, gain: plan.tiltDB / 2, rate: rate),
        ]
        filters += plan.peaks.map { .peak(frequency: $0.frequency, gain: $0.gain, quality: 0.9, rate: rate) }
        if let frequency = plan.lowPassHz { filters.append(.lowPass(frequency: frequency, rate: rate)) }
        for var filter in filters {
            var span = samples.mutableSpan
            filter.process(&span)
        }
        if let room = plan.room {
            var random = RenderRandom(seed: seed, clip: index, stream: 1)
            let response = RoomResponse(decay: room.decaySeconds, wet: room.wetDB, random: &random)
            samples = try Convolver.convolve(samples, with: response.samples)
            let delay = min(samples.count, Int((room.delayMS / 1000 * Double(Synthesizer.rate)).rounded()))
            samples = [Float](repeating: 0, count: delay) + samples.dropLast(delay)
        }
        if let noise = plan.noise {
            let power = samples.reduce(0.0) { $0 + Double($1 * $1) } / Double(max(1, samples.count))
            let gain = (power * pow(10, -noise.snrDB / 10)).squareRoot()
            var random = RenderRandom(seed: seed, clip: index, stream: 2)
            var source = NoiseSource(noise.kind, random: &random)
            for index in samples.indices { samples[index] += Float(gain * source.next(&random)) }
        }
        if let rate = plan.sampleRate { samples = try Medium.narrow(samples, to: rate) }
        if let quality = plan.codecQuality { samples = try Medium.code(samples, quality: quality) }
        let peak = samples.reduce(0) { max($0, abs($1)) }
        guard peak > 0 else { return }
        let gain = Float(pow(10, plan.peakDBFS / 20)) / peak
        for index in samples.indices { samples[index] *= gain }
    }
}
