import Foundation
import Music
import Synthesis

/// Variations within a sustained note that soundfonts lack: vibrato, intonation and dynamics of bowed and blown
/// instruments.
///
/// The synthesiser receives them as pitch bend and expression (controller 11) of the voice's channel. Simultaneous
/// notes of one instrument therefore share them, as in double stops.
struct Bowing: Sendable {
    /// Vibrato: depth in cents either way, rate in Hz, and seconds from a note's onset to full depth.
    let depth: Double
    let rate: Double
    let delay: Double
    /// Standard deviation of the tuning of notes, in cents.
    let intonation: Double
    /// Range of the loudness within a note, in dB.
    let swell: Double

    /// The fraction of its peak at which a bowed or blown note counts as sounding (-20 dB). It matches manual and
    /// aligned labels of such notes, which lie about 10 ms before a quarter of the peak.
    static let threshold: Float = 0.1

    /// Seconds between two changes.
    private static let step = 0.012

    init(_ recipe: RenderRecipe.Bowing, random: inout RenderRandom) {
        depth = random.chance(recipe.vibratoShare) ? random.uniform(recipe.vibratoCents) : 0
        rate = random.uniform(recipe.vibratoHz)
        delay = random.uniform(0.05, 0.4)
        intonation = random.uniform(recipe.intonationCents)
        swell = random.uniform(recipe.swellDB)
    }

    /// A change of the channel's state.
    enum Change: Equatable {
        /// Pitch bend, in cents.
        case bend(cents: Double)
        /// Expression (controller 11).
        case expression(Int)
    }

    /// Whether a General MIDI program is a bowed or blown instrument.
    static func suits(program: Int) -> Bool {
        (40...44).contains(program) || (48...51).contains(program) || (56...79).contains(program)
    }

    /// The pitch and loudness contour of one note.
    struct Contour: Sendable {
        fileprivate var (tuning, phase, rate, depth, delay) = (0.0, 0.0, 0.0, 0.0, 1.0)
        /// Level in dB at the start and at the end, and the position of the peak between them, 0...1.
        fileprivate var (first, last, peak) = (0.0, 0.0, 0.5)
        fileprivate var length = 1.0

        /// The pitch in cents relative to the written note, and the level in dB relative to the peak, `age` seconds
        /// after the onset.
        func at(_ age: Double) -> (cents: Double, decibels: Double) {
            let wave = depth * min(1, age / delay) * sin(2 * .pi * (rate * age + phase))
            let place = min(1, age / length)
            let decibels = place < peak ? first * (1 - place / peak) : last * (place - peak) / (1 - peak)
            return (tuning + wave, decibels)
        }
    }

    /// Draws the contour of a note of `length` seconds.
    func contour(length: Double, random: inout RenderRandom) -> Contour {
        var contour = Contour()
        contour.tuning = intonation * random.normal()
        contour.phase = random.unit()
        // Vibrato varies from note to note.
        contour.rate = rate * random.uniform(0.92, 1.08)
        contour.depth = depth * random.uniform(0.6, 1.2)
        contour.delay = delay
        contour.first = -swell * random.unit()
        contour.last = -swell * random.unit()
        contour.peak = random.uniform(0.2, 0.8)
        contour.length = max(length, Self.step)
        return contour
    }

    /// The changes for the notes of a voice.
    ///
    /// - Parameter notes: sorted by onset.
    func changes(for notes: [Note], random: inout RenderRandom) -> [(time: Double, change: Change)] {
        var result: [(time: Double, change: Change)] = []
        for (index, note) in notes.enumerated() {
            // The latest note determines the contour.
            let end = index + 1 < notes.count ? min(note.end, notes[index + 1].start) : note.end
            let contour = contour(length: end - note.start, random: &random)
            var time = note.start
            var level = -1
            while time < end {
                let (cents, decibels) = contour.at(time - note.start)
                result.append((time, .bend(cents: cents)))
                // General MIDI defines the gain of expression as 40 log10(value / 127) dB.
                let value = min(127, max(1, Int((127 * pow(10, decibels / 40)).rounded())))
                if value != level { result.append((time, .expression(value))) }
                level = value
                time += Self.step
            }
        }
        return result
    }
}
