import Foundation
import Music
import Synthesis

/// A random bowed or blown instrument: its spectrum, body resonances, attack, vibrato and bow noise are drawn at
/// random.
///
/// Soundfonts contain a handful of violins, and a network trained on them fits those. Each synthetic instrument is
/// used in a single clip, so the network can only learn what all of them have in common. The method is additive
/// synthesis. The amplitude of a harmonic follows its frequency through the body's resonances, so vibrato modulates
/// loudness and timbre, as on real strings.
struct SyntheticInstrument: Sendable {
    /// Samples between two updates of frequencies and amplitudes. Amplitudes are interpolated linearly in between.
    private static let step = 128
    private static let rate = Double(Synthesizer.rate)
    /// Harmonics are summed in groups of this size.
    private typealias Lanes = SIMD8<Float>
    private static let mostHarmonics = 48
    /// Upper frequency limit, in Hz.
    private static let highest = 17_000.0
    /// The body's gains are spaced this densely, starting at `lowest` Hz.
    private static let gainsPerOctave = 4.0
    private static let lowest = 100.0

    /// Fall of the harmonics' level, in dB per octave.
    private let slope: Double
    /// Attenuation of even harmonics in dB, as in a clarinet.
    private let evenLoss: Double
    /// Gain at each of the body's frequencies, in dB.
    private let body: [Double]
    private let attack: ValueRange
    /// Seconds in which a released note decays by 60 dB.
    private let release: ValueRange
    /// Resonance after the bow has left the string: its probability, its initial level in dB, and seconds in which it
    /// decays by 60 dB.
    private let ringing: Double
    private let ringLevel: ValueRange
    private let ringTime: ValueRange
    /// Additional attack of higher harmonics: exponent of the envelope, per octave.
    private let bloom: Double
    /// Level of the noise relative to the tone, and additional level at the onset, in dB.
    private let noise: Double
    private let stroke: Double
    private let noiseBrightness: Double
    /// Initial pitch deviation of notes with a glide, in cents.
    private let glide: Double
    /// Standard deviation of random loudness (dB) and frequency (cents) variation within a note.
    private let flutter: Double
    private let drift: Double
    /// Level relative to soundfont instruments, in dB.
    private let level: Double
    private let bowing: Bowing

    init(_ recipe: RenderRecipe.Bowing, random: inout RenderRandom) {
        slope = random.uniform(3, 12)
        evenLoss = random.chance(0.2) ? random.uniform(3, 25) : random.uniform(-2, 2)
        let spread = random.uniform(2, 8)
        let count = Int(Self.gainsPerOctave * log2(Self.highest / Self.lowest)) + 2
        body = (0..<count).map { _ in spread * random.normal() }
        let quickest = random.logUniform(ValueRange(0.008, 0.07))
        attack = ValueRange(quickest, quickest * random.uniform(1, 3))
        let shortest = random.logUniform(ValueRange(0.05, 0.5))
        release = ValueRange(shortest, shortest * random.uniform(1, 3))
        ringing = random.chance(0.6) ? random.uniform(0, 0.7) : 0
        let softest = -random.uniform(14, 36)
        ringLevel = ValueRange(softest, softest + 10)
        let longest = random.uniform(0.8, 3)
        ringTime = ValueRange(0.4 * longest, longest)
        bloom = random.uniform(0, 0.5)
        noise = -random.uniform(24, 60)
        stroke = random.uniform(0, 18)
        noiseBrightness = random.uniform(0.1, 0.8)
        glide = random.chance(0.4) ? random.uniform(5, 80) : 0
        flutter = random.uniform(0.2, 2)
        drift = random.uniform(1, 8)
        level = random.uniform(-9, 3)
        bowing = Bowing(recipe, random: &random)
    }

    /// Adds a voice's notes to a clip.
    ///
    /// - Returns: for each note, seconds from its onset until the envelope reaches `Bowing.threshold`.
    func play(_ notes: [Note], detune cents: Double, into samples: inout [Float], random: inout RenderRandom)
        -> [Double]
    {
        notes.map { note in
            let rise = random.uniform(attack) * pow(2, Double(64 - note.velocity) / 100)
            sound(note, rise: rise, detune: cents, into: &samples, random: &random)
            return min(AttackLag.maximum, rise * 2 / .pi * asin(Double(Bowing.threshold).squareRoot()))
        }
    }

    private func sound(
        _ note: Note, rise: Double, detune: Double, into samples: inout [Float], random: inout RenderRandom
    ) {
        let pitch = 440 * exp2((Double(note.pitch) - 69) / 12)
        let harmonics = max(1, min(Self.mostHarmonics, Int(Self.highest / (pitch * 1.05))))
        let groups = (harmonics + Lanes.scalarCount - 1) / Lanes.scalarCount
        var phases = (0..<groups * Lanes.scalarCount).map { _ in random.unit() }
        let length = note.end - note.start
        let rings = random.chance(ringing)
        let tail = Tail(
            release: random.uniform(release), ring: rings ? pow(10, random.uniform(ringLevel) / 20) : 0,
            ringTime: random.uniform(ringTime))
        let first = max(0, Int(note.start * Self.rate))
        let count = min(samples.count - first, Int((length + tail.seconds) * Self.rate))
        guard count > 0 else { return }
        let contour = bowing.contour(length: length, random: &random)
        let slide = glide > 0 && random.chance(0.3) ? -glide * (random.chance(0.7) ? 1 : -1) : 0
        let loudness = 0.05 * pow(Double(note.velocity) / 90, 1.5) * pow(10, level / 20)
        // Soft notes have a steeper spectrum.
        let slope = self.slope + 0.06 * Double(90 - note.velocity)
        let logAmplitudes = logAmplitudes(pitch, harmonics: harmonics, slope: slope)
        var (wander, sway, low) = (0.0, 0.0, Float(0))
        var amplitudes = [Lanes](repeating: .zero, count: groups)
        var noiseLevel: Float = 0
        var position = 0
        while position < count {
            let block = min(Self.step, count - position)
            let time = Double(position + block) / Self.rate
            wander += 0.03 * (random.normal() * 6 - wander)
            sway += 0.03 * (random.normal() * 6 - sway)
            let shape = contour.at(time)
            let offset = detune + shape.cents + drift * sway + slide * exp(-time / 0.04)
            let frequency = pitch * exp2(offset / 1_200)
            let envelope = envelope(time, rise: rise, length: length, tail: tail)
            let decibels = shape.decibels + flutter * wander
            let gain = loudness * pow(10, decibels / 20)
            let logEnvelope = envelope > 0 ? log(envelope) : -30
            for group in 0..<groups {
                var (turn, cosine, sine, target) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
                for lane in 0..<Lanes.scalarCount {
                    let harmonic = group * Lanes.scalarCount + lane + 1
                    guard harmonic <= harmonics else { continue }
                    let octave = log2(Double(harmonic))
                    let bodyChange = bodyGain(frequency * Double(harmonic)) - bodyGain(pitch * Double(harmonic))
                    let height =
                        logAmplitudes[harmonic - 1] + 0.115_13 * bodyChange + logEnvelope * (1 + bloom * octave)
                    target[lane] = Float(gain * exp(height))
                    let angle = 2 * .pi * phases[harmonic - 1]
                    (cosine[lane], sine[lane]) = (Float(cos(angle)), Float(sin(angle)))
                    let cycles = frequency * Double(harmonic) / Self.rate
                    turn[lane] = Float(2 * .pi * cycles)
                    let phase = phases[harmonic - 1] + cycles * Double(block)
                    phases[harmonic - 1] = phase - phase.rounded(.down)
                }
                add(
                    from: amplitudes[group], to: target, cosine: cosine, sine: sine, turn: turn, at: first + position,
                    count: block, into: &samples)
                amplitudes[group] = target
            }
            let noiseDecibels = noise + stroke * exp(-time / 0.03)
            let target = Float(gain * envelope * pow(10, noiseDecibels / 20))
            for index in 0..<block {
                let white = Float(random.unit() + random.unit() - 1) * 2.45
                low += Float(noiseBrightness) * (white - low)
                noiseLevel += (target - noiseLevel) * 0.01
                samples[first + position + index] += noiseLevel * low
            }
            position += block
        }
    }

    /// Adds one group of harmonics.
    private func add(
        from: Lanes, to: Lanes, cosine: Lanes, sine: Lanes, turn: Lanes, at start: Int, count: Int,
        into samples: inout [Float]
    ) {
        var (real, imaginary, amplitude) = (cosine, sine, from)
        let growth = (to - from) / Float(count)
        var (turnReal, turnImaginary) = (Lanes.zero, Lanes.zero)
        for lane in 0..<Lanes.scalarCount { (turnReal[lane], turnImaginary[lane]) = (cos(turn[lane]), sin(turn[lane])) }
        samples.withUnsafeMutableBufferPointer { buffer in
            for index in start..<start + count {
                amplitude += growth
                buffer[index] += (amplitude * imaginary).sum()
                let next = real * turnReal - imaginary * turnImaginary
                imaginary = real * turnImaginary + imaginary * turnReal
                real = next
            }
        }
    }

    /// Natural logarithms of the harmonics' amplitudes at a pitch. Their total power is 1.
    private func logAmplitudes(_ pitch: Double, harmonics: Int, slope: Double) -> [Double] {
        let decibels = (1...harmonics).map { harmonic in
            -slope * log2(Double(harmonic)) - (harmonic % 2 == 0 ? evenLoss : 0)
                + bodyGain(pitch * Double(harmonic))
        }
        let power = decibels.reduce(0) { $0 + pow(10, $1 / 10) } / 2
        let scale = 10 * log10(power)
        return decibels.map { ($0 - scale) * log(10) / 20 }
    }

    private func bodyGain(_ frequency: Double) -> Double {
        let place = min(max(0, Self.gainsPerOctave * log2(frequency / Self.lowest)), Double(body.count - 1) - 1e-6)
        let index = Int(place)
        let share = place - Double(index)
        return (1 - share) * body[index] + share * body[index + 1]
    }

    /// The decay of a released note.
    private struct Tail {
        /// Seconds to decay by 60 dB, for the note and for its resonance, whose initial level is `ring`.
        var release: Double
        var ring: Double
        var ringTime: Double

        var seconds: Double { ring > 0 ? max(release, ringTime) : release }

        /// The level, 0...1, `time` seconds after the release.
        func level(_ time: Double) -> Double {
            let bowed = pow(10, -3 * time / release)
            return ring > 0 ? max(bowed, ring * pow(10, -3 * time / ringTime)) : bowed
        }
    }

    /// The level, 0...1.
    private func envelope(_ time: Double, rise: Double, length: Double, tail: Tail) -> Double {
        let wave = sin(.pi / 2 * min(1, time / rise))
        return wave * wave * (time > length ? tail.level(time - length) : 1)
    }
}
